import { type ChildProcess, fork } from 'node:child_process'
import type { Batch, FileDone, JobFile } from './batch.js'

const WORKERS = 4
const MAX_BATCH = 32

export interface PoolOptions {
  /** The module that each worker runs. */
  readonly module: URL
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly fileDone: (done: FileDone, count: number) => void
  readonly workerGone?: (worker: WorkerSummary, left: number) => void
}

export interface WorkerSummary {
  readonly name: string
  readonly pid: number
  readonly files: number
  /** What ended it, when it did not end by itself. */
  readonly signal: string
}

interface Worker {
  readonly name: string
  readonly process: ChildProcess
  /** What it was given and has not answered. */
  readonly open: Map<number, JobFile>
  files: number
  signal: string
  isGone: boolean
}

/** Worker processes that share the files of a job. One of them is killed half way, on purpose; the others take over what it had. */
export class WorkerPool {
  readonly #options: PoolOptions
  readonly #total: number
  readonly #waiting: JobFile[]
  readonly #done = new Set<number>()
  readonly #workers: readonly Worker[]
  #hasKilled = false

  constructor(files: readonly JobFile[], options: PoolOptions) {
    const { module, args, env } = options
    this.#options = options
    this.#total = files.length
    this.#waiting = [...files]
    this.#workers = Array.from({ length: WORKERS }, (_, i) => ({
      name: `worker ${i + 1}`,
      process: fork(module, args, { ...(env === undefined ? {} : { env }) }),
      open: new Map(),
      files: 0,
      signal: '',
      isGone: false,
    }))
  }

  /** Resolves when every file is done and every worker has ended. */
  run(): Promise<readonly WorkerSummary[]> {
    return new Promise((resolve, reject) => {
      for (const worker of this.#workers) {
        worker.process.on('message', (done: FileDone) => this.#take(worker, done))
        worker.process.once('error', reject)
        worker.process.once('exit', (code, signal) => {
          this.#bury(worker, signal ?? (code === 0 ? '' : `code ${code}`))
          if (this.#workers.some(({ isGone }) => !isGone)) return
          if (this.#done.size === this.#total) resolve(this.#workers.map(summarise))
          else reject(new Error('Expected at least one worker to live until the job is done.'))
        })
        this.#give(worker)
      }
    })
  }

  #give(worker: Worker): void {
    const size = Math.min(MAX_BATCH, Math.ceil(this.#total / (4 * WORKERS)))
    const files = this.#waiting.splice(0, size)
    if (files.length === 0) return
    for (const file of files) worker.open.set(file.index, file)
    const isVictim = !this.#hasKilled && this.#waiting.length <= this.#total / 2
    if (isVictim) this.#hasKilled = true
    const batch: Batch = isVictim ? { files, killAfter: Math.ceil(files.length / 2) } : { files }
    // one that is gone says so by its exit
    worker.process.send(batch, () => undefined)
  }

  #take(worker: Worker, done: FileDone): void {
    worker.open.delete(done.index)
    worker.files++
    if (!this.#done.has(done.index)) {
      this.#done.add(done.index)
      this.#options.fileDone(done, this.#done.size)
    }
    if (this.#done.size === this.#total) for (const { process } of this.#workers) if (process.connected) process.disconnect()
    if (worker.open.size === 0 && !worker.isGone) this.#give(worker)
  }

  /** What a worker has left goes to those that live. */
  #bury(worker: Worker, signal: string): void {
    worker.isGone = true
    worker.signal = signal
    if (signal === '') return
    this.#options.workerGone?.(summarise(worker), worker.open.size)
    this.#waiting.unshift(...worker.open.values())
    for (const other of this.#workers) if (!other.isGone && other.open.size === 0) this.#give(other)
  }
}

function summarise({ name, process: { pid = 0 }, files, signal }: Worker): WorkerSummary {
  return { name, pid, files, signal }
}
