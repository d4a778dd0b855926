import winston from 'winston'
import { fields, MESSAGE } from './event.js'
import type { WriteEvent } from './write-event.js'

/** The File transport with JSON lines. */
export function openFile(file: string): WriteEvent {
  const log = winston.createLogger({
    format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
    defaultMeta: { service: 'victim', environment: 'test', request_id: 'req-1' },
    transports: [new winston.transports.File({ filename: file })],
  })
  return (number) => {
    log.info(MESSAGE, fields(number))
    return true
  }
}
