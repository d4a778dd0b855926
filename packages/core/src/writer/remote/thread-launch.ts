import { Worker } from 'node:worker_threads'
import { describeError, errorCode } from '../../diagnostics/hub.js'
import type { Control } from '../../host/control.js'
import type { ThreadData } from '../../host/thread-main.js'
import type { Precautions, WriterSpec } from '../../host/writer-spec.js'
import type { WriterEnding, WriterLaunch } from './launch.js'

export interface ThreadLaunchOptions {
  /** Path of what the thread runs. */
  readonly program: string
  readonly spec: WriterSpec
  readonly control: SharedArrayBuffer
  readonly ring: SharedArrayBuffer
}

/** A writer in a worker thread of this process. */
export class ThreadLaunch implements WriterLaunch {
  readonly mode = 'thread'
  readonly mayStart: boolean = true
  readonly #options: ThreadLaunchOptions
  #worker: Worker | undefined
  /** The one that was told to end: to tell it again only adds a listener to it. */
  #ending: Worker | undefined
  #epoch = 0
  #lastError = ''
  isShort = false

  constructor(options: ThreadLaunchOptions) {
    this.#options = options
  }

  start(precautions: Precautions): void {
    const { program, spec, control, ring } = this.#options
    this.#epoch++
    this.isShort = false
    const workerData: ThreadData = {
      holdfastWriter: true,
      spec: { ...spec, precautions },
      epoch: this.#epoch,
      control,
      ring,
    }
    const worker = new Worker(program, {
      name: 'holdfast-writer',
      workerData,
      // nothing that the application preloads belongs into a writer
      execArgv: [],
      env: { ...process.env, NODE_OPTIONS: '' },
    })
    this.#worker = worker
    worker.on('error', (error) => {
      this.#lastError = describeError(error)
      this.isShort = errorCode(error) === 'ERR_WORKER_INIT_FAILED'
    })
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined
    })
    worker.unref()
  }

  look(): 'alive' | 'gone' {
    return this.#worker === undefined ? 'gone' : 'alive'
  }

  /** Ends at the next instruction of its script, which the loop of this thread learns of later. */
  kill(): boolean {
    const worker = this.#worker
    if (worker === undefined) return true
    if (this.#ending === worker) return false
    this.#ending = worker
    void worker.terminate()
    return false
  }

  /** Nobody else can end a thread of this process. */
  ending(): WriterEnding {
    return 'crashed'
  }

  wake(control: Control): void {
    control.notify()
  }

  lastWords(): string {
    return this.#lastError
  }
}
