import { fileAdapter, init } from 'holdfast'
import { fields, MESSAGE } from './event.js'
import type { WriteEvent } from './write-event.js'

function open(file: string, commit: 'call' | 'tick'): WriteEvent {
  const runtime = init({
    service: 'victim',
    environment: 'test',
    context: { requestId: 'req-1' },
    adapters: [fileAdapter({ path: file })],
    queue: { commit },
  })
  const log = runtime.get('victim')
  return (number) => log.info(MESSAGE, fields(number)) === 'accepted'
}

/** Each event is with the kernel before its call returns. */
export function openPerCall(file: string): WriteEvent {
  return open(file, 'call')
}

/** Events are with the kernel at the end of the tick. */
export function openPerTick(file: string): WriteEvent {
  return open(file, 'tick')
}
