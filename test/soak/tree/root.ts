import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fileAdapter, init, inspect } from 'holdfast'
import { type RootMessage, soakFolder } from '../layout.js'
import { pickyAdapter } from '../sink/picky-adapter.js'
import { sinkAdapter } from '../sink/sink-adapter.js'

/** Small, so that the writer is killed in the middle of rotations, too. */
const FILE_BYTES = 256 << 10
const SPILL_BYTES = 1 << 30
const DRAIN_MS = 60_000
const PRODUCER = fileURLToPath(new URL('./producer.js', import.meta.url))

const folder = soakFolder(process.argv[2] ?? '')
const wanted = Number(process.argv[3])
mkdirSync(join(folder.log, '..'))
mkdirSync(folder.counters)
const errors = openSync(folder.errors, 'a')
const runtime = init({
  service: 'soak',
  environment: 'test',
  adapters: [
    fileAdapter({ path: folder.log, rotate: { maxBytes: FILE_BYTES } }),
    sinkAdapter({ socket: folder.socket, timeoutMs: 500, retryMaxMs: 500 }),
    pickyAdapter({ path: folder.picked, retryMaxMs: 500 }),
  ],
  queue: { worker: 'process', spoolDir: folder.spool, spillBytes: SPILL_BYTES, putTimeoutMs: 200 },
  diagnosticHook: (name, payload) => tell({ kind: 'diagnostic', name, payload: { ...payload } }),
})
const producers = new Set<ChildProcess>()
let started = 0
let isStopping = false

for (let count = 0; count < wanted; count++) startProducer()
process.once('message', () => void stop())

/** A producer that was killed has a successor. */
function startProducer(): void {
  // few descriptors, so that a producer can use them up
  const limits = ['--nofile=256:256', process.execPath]
  const child = spawn('prlimit', [...limits, ...process.execArgv, PRODUCER, folder.path, String(++started)], {
    stdio: ['ignore', 'ignore', errors],
  })
  producers.add(child)
  child.once('exit', () => {
    producers.delete(child)
    if (!isStopping) startProducer()
    else tellProducers()
  })
  tellProducers()
}

function tellProducers(): void {
  tell({ kind: 'producers', pids: [...producers].map(({ pid }) => pid).filter((pid) => pid !== undefined), started })
}

async function stop(): Promise<void> {
  isStopping = true
  await Promise.all([...producers].map((child) => new Promise((resolve) => child.once('exit', resolve))))
  const flushed = await runtime.flush({ scope: 'tree', waitForDown: true, timeoutMs: DRAIN_MS })
  const { restarts = 0, state = '' } = inspect()?.writer ?? {}
  const { timedOut } = await runtime.shutdown({ waitForDown: true, timeoutMs: DRAIN_MS })
  tell({ kind: 'ended', timedOut: timedOut || flushed.timedOut, restarts, state })
  process.disconnect()
}

function tell(message: RootMessage): void {
  if (process.connected) process.send?.(message)
}
