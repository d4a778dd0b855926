import { once } from 'node:events'
import { type DestinationStream, destination, pino, transport } from 'pino'
import { fields, MESSAGE } from './event.js'
import type { WriteEvent } from './write-event.js'

function open(target: DestinationStream): WriteEvent {
  const log = pino({ base: { service: 'victim', environment: 'test', request_id: 'req-1' } }, target)
  return (number) => {
    log.info(fields(number), MESSAGE)
    return true
  }
}

/** One write(2) per call. */
export function openSync(file: string): WriteEvent {
  return open(destination({ dest: file, sync: true }))
}

/** Synchronous, at 4 KiB. */
export function openBuffered(file: string): WriteEvent {
  return open(destination({ dest: file, sync: true, minLength: 4096 }))
}

/** Asynchronous, at 4 KiB. */
export function openAsync(file: string): WriteEvent {
  return open(destination({ dest: file, sync: false, minLength: 4096 }))
}

/** Through a worker thread. */
export function openTransport(file: string): WriteEvent {
  const target = transport<{ destination: string }>({ target: 'pino/file', options: { destination: file } })
  return Object.assign(open(target), { ready: once(target, 'ready').then(() => undefined) })
}
