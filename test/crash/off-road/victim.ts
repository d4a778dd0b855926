import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type FileOptions, fileAdapter, init, type QueueConfig, type Runtime, type RuntimeConfig } from 'holdfast'
import type { RowId } from '../rows.js'

const QUEUES: Readonly<Partial<Record<RowId, QueueConfig>>> = {
  'holdfast-call': { commit: 'call' },
  'holdfast-tick': { commit: 'tick' },
  'holdfast-thread': { worker: 'thread' },
  'holdfast-process': { worker: 'process' },
  'holdfast-spool': { worker: 'process' },
}

/** A process of a scene: it logs numbered events and stores, outside of any logger, how many of them were accepted. */
export class Victim {
  readonly row: RowId
  readonly folder: string
  readonly who: string
  readonly #counter: number
  readonly #bytes = Buffer.alloc(8)
  #accepted = 0

  constructor(row: RowId, folder: string, who: string) {
    this.row = row
    this.folder = folder
    this.who = who
    this.#counter = openSync(join(folder, 'counters', who), 'w')
  }

  /** The file that the events belong into. */
  get file(): string {
    return join(this.folder, 'logs/app.log')
  }

  get isProcess(): boolean {
    return QUEUES[this.row]?.worker === 'process'
  }

  /** A configuration of the row with a file lane. */
  config(more: Partial<RuntimeConfig> = {}, file: FileOptions = {}): RuntimeConfig {
    const queue = {
      ...QUEUES[this.row],
      ...(this.isProcess ? { spoolDir: join(this.folder, 'spool') } : undefined),
      ...more.queue,
    }
    return {
      service: 'victim',
      environment: 'test',
      diagnosticHook: () => undefined,
      ...more,
      queue,
      adapters: [fileAdapter({ path: this.file, ...file }), ...(more.adapters ?? [])],
    }
  }

  init(more: Partial<RuntimeConfig> = {}, file: FileOptions = {}): Runtime {
    return init(this.config(more, file))
  }

  /** Logs so many more events. A call that is not accepted leaves its number to the next. Returns how many were accepted. */
  say(runtime: Runtime, count: number, fields: object = {}): number {
    const log = runtime.get('victim')
    let accepted = 0
    for (let i = 0; i < count; i++) {
      if (log.info('said', { who: this.who, n: this.#accepted + 1, ...fields }) !== 'accepted') continue
      this.#accepted++
      accepted++
      this.#bytes.writeDoubleLE(this.#accepted)
      writeSync(this.#counter, this.#bytes, 0, this.#bytes.length, 0)
    }
    return accepted
  }

  /** Tells the director. */
  tell(word: string): void {
    writeSync(1, `${word}\n`)
  }
}
