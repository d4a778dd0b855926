import { writeSync } from 'node:fs'
import type { ColumnId } from '../columns.js'

/** Ends this process in the way of the column, or waits to be ended. */
export function end(column: ColumnId): void {
  ENDINGS[column]()
}

const ENDINGS: Readonly<Record<ColumnId, () => void>> = {
  exit: () => process.exit(0),
  throw: () => {
    throw new Error('thrown by the victim')
  },
  rejection: () => {
    Promise.reject(new Error('rejected by the victim'))
    stayAlive()
  },
  sigterm: () => {
    process.kill(process.pid, 'SIGTERM')
    stayAlive()
  },
  sigkill: () => process.kill(process.pid, 'SIGKILL'),
  'sigkill-outside': stayAlive,
  busy: stayAlive,
  abort: () => process.abort(),
  oom: exhaustHeap,
  blocked: () => {
    writeSync(1, 'blocked\n')
    for (;;);
  },
  'init-tick': () => process.kill(process.pid, 'SIGKILL'),
  'segment-change': stayAlive,
  'ring-full': stayAlive,
  'dead-lane': stayAlive,
  'with-parent': stayAlive,
  'writer-killed': () => process.stdin.once('data', () => process.exit(0)),
  'both-killed': stayAlive,
  'pid-1-exit': () => process.exit(0),
  'pid-1': stayAlive,
}

/** The end comes from outside or from the event loop; a victim that nobody ends is ended as a failure. */
function stayAlive(): void {
  setTimeout(() => process.exit(71), 10_000)
}

function exhaustHeap(): never {
  for (const hold: unknown[] = []; ; ) hold.push(new Array(10_000).fill(hold.length))
}
