import { randomUUID } from 'node:crypto'
import { getFileSink } from '@logtape/file'
import { configure, dispose, getJsonLinesFormatter, getLogger, type Logger, lazy } from '@logtape/logtape'
import type { Contestant } from '../bench.js'
import { CHILD_FIELDS, CONTEXT, LOGGER, MESSAGE, orderFields } from '../workload.js'

/** JSON lines through LogTape's file sink as it ships: 8 KiB buffer, and an fsync with each of its flushes. */
async function open(file: string, use: (log: Logger) => Contestant['call']): Promise<Contestant> {
  await configure({
    sinks: { file: getFileSink(file, { formatter: getJsonLinesFormatter() }) },
    loggers: [
      { category: LOGGER.split('.'), sinks: ['file'], lowestLevel: 'info' },
      { category: ['logtape', 'meta'], sinks: [], lowestLevel: 'error' },
    ],
  })
  const log = getLogger(LOGGER.split('.')).with({ ...CONTEXT, event_id: lazy(() => randomUUID()) })
  return { call: use(log), close: dispose }
}

/** A message and four fields. */
export function openFields(file: string): Promise<Contestant> {
  return open(file, (log) => (index) => log.info(MESSAGE, orderFields(index)))
}

/** A message alone. */
export function openStatic(file: string): Promise<Contestant> {
  return open(file, (log) => () => log.info(MESSAGE))
}

/** A message through a child with six bound fields. */
export function openChild(file: string): Promise<Contestant> {
  return open(file, (log) => {
    const child = log.with(CHILD_FIELDS)
    return () => child.info(MESSAGE)
  })
}

/** A level that is off. */
export function openDisabled(file: string): Promise<Contestant> {
  return open(file, (log) => () => log.debug(MESSAGE))
}
