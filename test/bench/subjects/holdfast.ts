import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { createRuntime, fileAdapter, type Logger, type Runtime, type RuntimeConfig } from 'holdfast'
import type { Contestant } from '../bench.js'
import { processClock, threadsClock } from '../harness/task-clock.js'
import { untilWritten } from '../harness/until-written.js'
import { CHILD_FIELDS, CONTEXT, LOGGER, MESSAGE, orderFields, secretFields } from '../workload.js'

type Commit = 'call' | 'tick'

/** How often it is looked whether a writer is up. */
const STARTING_MS = 5

/** Shipped defaults: scrubbing with value patterns, limits, retention. */
function open(file: string, commit: Commit, more: RuntimeConfig = {}): { readonly runtime: Runtime; readonly log: Logger } {
  const runtime = createRuntime({
    service: CONTEXT.service,
    environment: CONTEXT.environment,
    context: {
      jobId: CONTEXT.job_id,
      requestId: CONTEXT.request_id,
      userId: CONTEXT.user_id,
      userName: CONTEXT.user_name,
      hostname: CONTEXT.hostname,
      processId: CONTEXT.process_id,
      processIdChain: CONTEXT.process_id_chain,
    },
    adapters: [fileAdapter({ path: file })],
    queue: { commit },
    ...more,
  })
  return { runtime, log: runtime.get(LOGGER) }
}

function contestant(runtime: Runtime, call: (index: number) => unknown): Contestant {
  return {
    call,
    close: async () => {
      await runtime.shutdown()
    },
  }
}

/** A message and four fields. */
export function openFields(file: string, commit: Commit): Contestant {
  const { runtime, log } = open(file, commit)
  return contestant(runtime, (index) => log.info(MESSAGE, orderFields(index)))
}

/** The same with a writer elsewhere. A `process` shares mapped memory with it, a `spool` a file that is written piece by piece. */
export async function openRemoteFields(file: string, way: 'process' | 'spool' | 'thread'): Promise<Contestant> {
  if (way === 'spool') process.env['HOLDFAST_TREE_HANDOFF'] = 'spool'
  const worker = way === 'thread' ? 'thread' : 'process'
  const threads = threadsClock()
  const { runtime, log } = open(file, 'call', {
    queue: { worker, spoolDir: dirname(file) },
    diagnosticHook: (...[name]) => {
      // which is what a spool asks for
      if (name !== 'hand_off_degraded') console.error(name)
    },
  })
  for (let state = ''; state !== 'running'; state = runtime.inspect().writer.state) await setTimeout(STARTING_MS)
  const { mode, handOff, pid } = runtime.inspect().writer
  const expected = way === 'spool' ? 'spool' : way === 'thread' ? 'shared memory' : 'koffi'
  if (mode !== worker || handOff !== expected) throw new Error(`Expected a ${way} over ${expected}, got ${mode} over ${handOff}.`)
  return {
    ...contestant(runtime, (index) => log.info(MESSAGE, orderFields(index))),
    settle: (last) => untilWritten(file, last),
    writer: way === 'thread' ? threads : processClock(pid),
  }
}

/** A message alone. */
export function openStatic(file: string, commit: Commit): Contestant {
  const { runtime, log } = open(file, commit)
  return contestant(runtime, () => log.info(MESSAGE))
}

/** A message through a child with six bound fields. */
export function openChild(file: string, commit: Commit): Contestant {
  const { runtime, log } = open(file, commit)
  const child = log.child(CHILD_FIELDS)
  return contestant(runtime, () => child.info(MESSAGE))
}

/** Fields with five secrets, found by the default key names. */
export function openSecrets(file: string, commit: Commit): Contestant {
  const { runtime, log } = open(file, commit)
  return contestant(runtime, (index) => log.info(MESSAGE, secretFields(index)))
}

/** A ring that keeps next to nothing for a later dump. */
export function openWithoutRetention(file: string): Contestant {
  const { runtime, log } = open(file, 'tick', { ring: { maxBytes: 1 << 20, maxEvents: 1 } })
  return contestant(runtime, (index) => log.info(MESSAGE, orderFields(index)))
}

/** A level that is off. */
export function openDisabled(file: string): Contestant {
  const { runtime, log } = open(file, 'call')
  return contestant(runtime, () => log.debug(MESSAGE))
}

/** The same while a request elsewhere has its level raised. */
export function openDisabledBesideOverride(file: string): Contestant {
  const { runtime, log } = open(file, 'call')
  let endRequest: () => void = () => {}
  const request = runtime.bind({ requestId: 'req-debugged' }, { level: 'debug' }, async () => {
    await new Promise<void>((resolve) => {
      endRequest = resolve
    })
  })
  return {
    call: () => log.debug(MESSAGE),
    close: async () => {
      endRequest()
      await request
      await runtime.shutdown()
    },
  }
}
