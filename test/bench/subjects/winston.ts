import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import winston, { type Logger } from 'winston'
import type { Contestant } from '../bench.js'
import { CHILD_FIELDS, CONTEXT, LOGGER, MESSAGE, orderFields } from '../workload.js'

/** JSON with a timestamp through winston's File transport, carrying what our line carries. */
function open(file: string, use: (log: Logger) => Contestant['call']): Contestant {
  const transport = new winston.transports.File({ filename: file })
  const identify = winston.format((info) => Object.assign(info, { event_id: randomUUID() }))
  const log = winston.createLogger({
    level: 'info',
    format: winston.format.combine(winston.format.timestamp(), identify(), winston.format.json()),
    defaultMeta: { logger: LOGGER, ...CONTEXT },
    transports: [transport],
  })
  const settle = async (): Promise<void> => {
    while (log.writableLength + log.readableLength + transport.writableLength > 0) await pause(1)
  }
  return {
    call: use(log),
    settle,
    close: async () => {
      // ending it with lines in its buffers is an error inside winston
      await settle()
      const finished = once(transport, 'finish')
      log.end()
      await finished
    },
  }
}

/** A message and four fields. */
export function openFields(file: string): Contestant {
  return open(file, (log) => (index) => log.info(MESSAGE, orderFields(index)))
}

/** A message alone. */
export function openStatic(file: string): Contestant {
  return open(file, (log) => () => log.info(MESSAGE))
}

/** A message through a child with six bound fields. */
export function openChild(file: string): Contestant {
  return open(file, (log) => {
    const child = log.child(CHILD_FIELDS)
    return () => child.info(MESSAGE)
  })
}

/** A level that is off. */
export function openDisabled(file: string): Contestant {
  return open(file, (log) => () => log.debug(MESSAGE))
}
