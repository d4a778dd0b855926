import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { destination, type Logger, type LoggerOptions, pino, stdTimeFunctions, transport } from 'pino'
import type { Contestant } from '../bench.js'
import { threadsClock } from '../harness/task-clock.js'
import { untilWritten } from '../harness/until-written.js'
import { CHILD_FIELDS, CONTEXT, LOGGER, MESSAGE, orderFields, SECRET_PATHS, secretFields } from '../workload.js'

/** `buffered`: written at 4 KiB, what is less stays in memory. `per call`: pino's default, one write(2) per call. */
type Writing = 'buffered' | 'per call'

/** Makes pino carry what our line carries: context, logger name, ISO time, an id per event. */
const FULL: LoggerOptions = {
  timestamp: stdTimeFunctions.isoTime,
  base: { logger: LOGGER, ...CONTEXT },
  mixin: () => ({ event_id: randomUUID() }),
}

function open(file: string, writing: Writing, options: LoggerOptions, use: (log: Logger) => Contestant['call']): Contestant {
  const target = destination({ dest: file, sync: true, ...(writing === 'buffered' ? { minLength: 4096 } : undefined) })
  return {
    call: use(pino(options, target)),
    close: () => {
      target.flushSync()
      target.end()
    },
  }
}

/** A message and four fields, with our information. */
export function openFields(file: string, writing: Writing): Contestant {
  return open(file, writing, FULL, (log) => (index) => log.info(orderFields(index), MESSAGE))
}

/** The same through a worker thread, as pino recommends for production. */
export async function openTransportFields(file: string): Promise<Contestant> {
  const threads = threadsClock()
  const target = transport({ target: 'pino/file', options: { destination: file } })
  await once(target, 'ready')
  const log = pino(FULL, target)
  return {
    call: (index) => log.info(orderFields(index), MESSAGE),
    settle: (last) => untilWritten(file, last),
    writer: threads,
    close: async () => {
      target.end()
      await once(target, 'close')
    },
  }
}

/** The same in pino's default line. */
export function openMinimalFields(file: string, writing: Writing): Contestant {
  return open(file, writing, {}, (log) => (index) => log.info(orderFields(index), MESSAGE))
}

/** A message alone. */
export function openStatic(file: string, writing: Writing): Contestant {
  return open(file, writing, FULL, (log) => () => log.info(MESSAGE))
}

/** A message through a child with six bound fields. */
export function openChild(file: string, writing: Writing): Contestant {
  return open(file, writing, FULL, (log) => {
    const child = log.child(CHILD_FIELDS)
    return () => child.info(MESSAGE)
  })
}

/** Fields with five secrets, found by five paths. */
export function openSecrets(file: string, writing: Writing): Contestant {
  return open(file, writing, { ...FULL, redact: [...SECRET_PATHS] }, (log) => (index) => log.info(secretFields(index), MESSAGE))
}

/** A level that is off. */
export function openDisabled(file: string): Contestant {
  return open(file, 'per call', FULL, (log) => () => log.debug(MESSAGE))
}
