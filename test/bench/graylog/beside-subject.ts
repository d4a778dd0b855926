import { closeSync, fstatSync, openSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { graylogAdapter } from '@holdfast/graylog'
import { consoleAdapter, createRuntime, fileAdapter, type Logger, type Runtime } from 'holdfast'
import { LOGGER, MESSAGE, orderFields } from '../workload.js'

const GIVE_UP_MS = 5000

/** Durations in milliseconds. */
interface Latencies {
  readonly call: number[]
  /** From the call until the line was handed to the stream of the console. */
  readonly console: number[]
  /** From the call until the line was in the file. */
  readonly file: number[]
}

/** A runtime with console and file, and whatever else. */
export class Beside {
  readonly #title: string
  readonly #runtime: Runtime
  readonly #log: Logger
  readonly #path: string
  readonly #latencies: Latencies = { call: [], console: [], file: [] }
  #fd = -1
  #shownAt = 0

  constructor(folder: string, worker: 'local' | 'thread' | 'process', port: number | undefined) {
    this.#title = port === undefined ? 'alone' : 'beside'
    this.#path = `${folder}/${worker}-${this.#title}.log`
    const stream = {
      write: () => {
        this.#shownAt = performance.now()
      },
    }
    this.#runtime = createRuntime({
      service: 'bench',
      queue: { worker, spoolDir: folder },
      adapters: [
        consoleAdapter({ format: 'json', stream }),
        fileAdapter({ path: this.#path }),
        ...(port === undefined ? [] : [graylogAdapter({ host: '127.0.0.1', port })]),
      ],
      diagnosticHook: () => undefined,
    })
    this.#log = this.#runtime.get(LOGGER)
  }

  /** Until the writer is up, and the first event has arrived. */
  async ready(): Promise<void> {
    this.#log.info(MESSAGE, orderFields(0))
    while ((this.#runtime.report().adapters['file']?.delivered ?? 0) === 0) await pause(5)
    this.#fd = openSync(this.#path, 'r')
  }

  /** Logs so many events, one after the other has arrived. */
  async run(count: number, counts: boolean): Promise<void> {
    for (let index = 0; index < count; index++) {
      const { size } = fstatSync(this.#fd)
      const start = performance.now()
      this.#log.info(MESSAGE, orderFields(index))
      const returned = performance.now()
      while (fstatSync(this.#fd).size === size) {
        if (performance.now() - start > GIVE_UP_MS) throw new Error(`${this.#title}: nothing in the file after ${GIVE_UP_MS} ms.`)
      }
      if (counts) {
        this.#latencies.file.push(performance.now() - start)
        this.#latencies.call.push(returned - start)
        this.#latencies.console.push(this.#shownAt - start)
      }
      await pause(1)
    }
  }

  /** What was measured, as a line of a table. */
  async close(): Promise<string> {
    const { state = 'none' } = this.#runtime.inspect().lanes['graylog'] ?? {}
    const { delivered = 0 } = this.#runtime.report().adapters['file'] ?? {}
    closeSync(this.#fd)
    await this.#runtime.shutdown({ timeoutMs: 100 })
    const cells = Object.values(this.#latencies).map((values: readonly number[]) => {
      const sorted = [...values].sort((left, right) => left - right)
      const at = (share: number): string => ((sorted[Math.floor(sorted.length * share)] ?? Number.NaN) * 1000).toFixed(0)
      return [0.5, 0.9, 0.99].map(at).join(' / ').padStart(24)
    })
    return `${this.#title.padEnd(8)}${cells.join('')}   graylog: ${state}, file: ${delivered} events`
  }
}
