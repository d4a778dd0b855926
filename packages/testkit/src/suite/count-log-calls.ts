import { type LoggerHandle, type RuntimePort, slot } from '@holdfast/api'

/** Runs a function and counts the log calls that reach the installed runtime meanwhile, from whatever copy of the package. */
export async function countLogCalls(run: () => Promise<void>): Promise<number> {
  let calls = 0
  const count = (): 'refused' => {
    calls++
    return 'refused'
  }
  const handle: LoggerHandle = {
    gate: { overrides: 0, calls: 0, belowLevel: 0 },
    cell: { threshold: 0 },
    emit: count,
    below: count,
    isEnabled: () => true,
  }
  const spy: RuntimePort = { protocol: 1, attach: () => handle, bind: (_fields, _options, inner) => inner() }
  const installed = slot.port
  slot.port = spy
  try {
    await run()
  } finally {
    slot.port = installed
  }
  return calls
}
