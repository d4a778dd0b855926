import { Worker } from 'node:worker_threads'
import type { Shadow } from './control.js'

/** Between two looks. Silence is counted in looks: after a pause of the whole process there was one. */
const LOOK_MS = 100
/** Whoever watches this writer ends it much sooner. */
const WATCHED_MS = 30_000
/** A thread that has nothing to do but to look. */
const LIMITS = { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 }

/** What to leave behind when a lane's adapter never comes back: a file and its text. */
export interface Mark {
  readonly path: string
  readonly text: string
}

interface WatchData {
  readonly words: Int32Array
  readonly lookMs: number
  /** In the order of the lanes' indexes. */
  readonly marks: readonly (Mark | undefined)[]
}

const WORD = { beats: 0, lane: 1, looks: 2 } as const

export interface WatchdogOptions {
  /** Silence, in milliseconds, after which a writer is ended that nobody else watches. */
  readonly aloneMs: number
  /** In the order of the lanes' indexes. */
  readonly marks: () => WatchData['marks']
}

/**
 * Ends the writer's process when its thread never comes back from an adapter and nobody is left who would end it: the application left, or was killed,
 * in that very moment. A thread looks whether the heart beats; after a long silence it leaves a mark of the lane and kills the process, whose run is
 * then recovered by the next start.
 *
 * A thread costs 8 MB: it is there only as long as an adapter may be new to it, and when the writer is alone. It runs from a text that is here: by the
 * end the files of this package may be others, or out of reach.
 */
export class Watchdog implements Shadow {
  readonly #options: WatchdogOptions
  readonly #words = new Int32Array(new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT))
  #worker: Worker | undefined

  constructor(options: WatchdogOptions) {
    this.#options = options
    this.note(-1)
  }

  beat(): void {
    Atomics.add(this.#words, WORD.beats, 1)
  }

  note(lane: number): void {
    Atomics.store(this.#words, WORD.lane, lane)
  }

  /**
   * @param isNeeded an adapter may hang that never did, or nobody else watches
   * @param isAlone nobody else watches
   */
  look(isNeeded: boolean, isAlone: boolean): void {
    Atomics.store(this.#words, WORD.looks, Math.ceil((isAlone ? this.#options.aloneMs : WATCHED_MS) / LOOK_MS))
    if (isNeeded === (this.#worker !== undefined)) return
    if (isNeeded) this.#start()
    else this.#stop()
  }

  #start(): void {
    const workerData: WatchData = { words: this.#words, lookMs: LOOK_MS, marks: this.#options.marks() }
    try {
      const program = `(${watch.toString()})(process.getBuiltinModule('node:worker_threads').workerData)`
      const worker = new Worker(program, {
        eval: true,
        workerData,
        execArgv: [],
        env: {},
        resourceLimits: LIMITS,
        name: 'holdfast-watchdog',
      })
      worker.on('error', () => undefined)
      worker.unref()
      this.#worker = worker
    } catch {
      // no thread to be had: it is tried again at the next look
    }
  }

  #stop(): void {
    void this.#worker?.terminate()
    this.#worker = undefined
  }
}

/** Runs in the thread of the watchdog, as text: it sees nothing of this file. */
function watch({ words, lookMs, marks }: WatchData): void {
  const { mkdirSync, renameSync, writeFileSync } = process.getBuiltinModule('node:fs')
  const { dirname } = process.getBuiltinModule('node:path')
  const pause = new Int32Array(new SharedArrayBuffer(4))
  let beats = -1
  for (let silent = 0; silent < Atomics.load(words, 2); ) {
    Atomics.wait(pause, 0, 0, lookMs)
    const heard = Atomics.load(words, 0)
    silent = heard === beats ? silent + 1 : 0
    beats = heard
  }
  const mark = marks[Atomics.load(words, 1)]
  try {
    if (mark !== undefined) {
      mkdirSync(dirname(mark.path), { recursive: true, mode: 0o700 })
      writeFileSync(`${mark.path}.tmp`, mark.text, { mode: 0o600 })
      renameSync(`${mark.path}.tmp`, mark.path)
    }
  } finally {
    process.kill(process.pid, 'SIGKILL')
  }
}
