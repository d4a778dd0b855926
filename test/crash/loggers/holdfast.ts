import { setTimeout as pause } from 'node:timers/promises'
import { fileAdapter, init, type QueueConfig, type RuntimeConfig } from 'holdfast'
import type { ColumnId } from '../columns.js'
import { deadAdapter } from './dead-lane.js'
import { earlyFileAdapter } from './early-file.js'
import { fields, MESSAGE, wideFields } from './event.js'
import type { WriteEvent } from './write-event.js'

/** The smallest ring that children get: its segments change and it fills within a run. */
const SMALL_RING_BYTES = 2 << 20
const LOOK_MS = 5
/** How long a writer that everybody has left waits for a lane that is down. */
const DEAD_LANE_STOP_MS = 500

const isPlanted = process.env['CRASH_EARLY_CURSOR'] === '1'

/** Each event is with the kernel before its call returns. */
export function openPerCall(file: string, column: ColumnId): WriteEvent {
  return open(file, column, { commit: 'call' })
}

/** Events are with the kernel at the end of the tick. */
export function openPerTick(file: string, column: ColumnId): WriteEvent {
  return open(file, column, { commit: 'tick' })
}

/** Events are in memory that a writer thread reads. */
export function openThread(file: string, column: ColumnId): WriteEvent {
  return open(file, column, { worker: 'thread' })
}

/** Events are in mapped files that a writer process reads. */
export function openMapped(file: string, column: ColumnId): WriteEvent {
  return openProcess(file, column, ['koffi', 'ffi'])
}

/** Events are in files, with one `write(2)` each, that a writer process reads. */
export function openSpool(file: string, column: ColumnId): WriteEvent {
  return openProcess(file, column, ['spool'])
}

function openProcess(file: string, column: ColumnId, handOffs: readonly string[]): WriteEvent {
  if (column === 'with-parent') return eventWriter(init({ join: 'required' }), column, handOffs)
  return open(file, column, { worker: 'process', spoolDir: `${file}.spool` }, handOffs)
}

function open(file: string, column: ColumnId, queue: QueueConfig, handOffs?: readonly string[]): WriteEvent {
  const runtime = init({
    service: 'victim',
    environment: 'test',
    context: { requestId: 'req-1' },
    adapters: [
      isPlanted ? earlyFileAdapter({ path: file }) : fileAdapter({ path: file }),
      ...(column === 'dead-lane' ? [deadAdapter()] : []),
    ],
    ...forColumn(column, queue),
  })
  return eventWriter(runtime, column, handOffs)
}

function forColumn(column: ColumnId, queue: QueueConfig): Pick<RuntimeConfig, 'queue' | 'ring'> {
  switch (column) {
    case 'segment-change':
      return { queue, ring: { maxBytes: SMALL_RING_BYTES } }
    case 'ring-full':
      return { queue: { ...queue, putTimeoutMs: 20 }, ring: { maxBytes: SMALL_RING_BYTES } }
    case 'dead-lane':
      return { queue: { ...queue, stopTimeoutMs: DEAD_LANE_STOP_MS } }
    default:
      return { queue }
  }
}

function eventWriter(runtime: ReturnType<typeof init>, column: ColumnId, handOffs: readonly string[] | undefined): WriteEvent {
  const { handOff } = runtime.inspect().writer
  if (handOffs?.includes(handOff) === false) {
    throw new Error(`Expected the hand-off to be one of ${handOffs.join(', ')}, got ${handOff}.`)
  }
  const log = runtime.get('victim')
  const fieldsOf = column === 'segment-change' ? wideFields : fields
  const write = (number: number): boolean => log.info(MESSAGE, fieldsOf(number)) === 'accepted'
  return Object.assign(write, { ready: isRunning(runtime) })
}

/** Or has ended: an application that starts and ends at once does not wait to see its writer. */
async function isRunning(runtime: ReturnType<typeof init>): Promise<void> {
  while (!['running', 'ended'].includes(runtime.inspect().writer.state)) await pause(LOOK_MS)
  // what is planted shows only when the writer has its adapter before it is killed
  if (isPlanted) await runtime.flush()
  while (isPlanted && Object.values(runtime.inspect().lanes).some(({ state }) => state === 'starting')) await pause(LOOK_MS)
}
