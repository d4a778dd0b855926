import { createRuntime, fileAdapter, type Logger, type Runtime, type RuntimeConfig } from 'holdfast'
import type { Contestant } from '../bench.js'
import { CHILD_FIELDS, CONTEXT, LOGGER, MESSAGE, orderFields, secretFields } from '../workload.js'

type Commit = 'call' | 'tick'

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
