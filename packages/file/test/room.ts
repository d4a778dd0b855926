import type { AdapterHome } from '@holdfast/api'
import { ManualClock } from '@holdfast/testkit'
import { FileAdapter } from '../dist/adapter.js'
import { resolveFileOptions } from '../dist/complete-options.js'
import type { FileOptions } from '../dist/options.js'
import { MemoryTransport } from './memory-transport.js'

/** 20 November 2026, 12:34:56 local time. */
export const START = new Date(2026, 10, 20, 12, 34, 56).getTime()

/** An adapter over a file system and a clock of its own. */
export class Room {
  readonly transport = new MemoryTransport()
  readonly clock = new ManualClock({ nowMs: START })
  readonly options: FileOptions
  adapter: FileAdapter

  readonly home: AdapterHome | undefined

  constructor(options: FileOptions, home?: AdapterHome) {
    this.options = options
    this.home = home
    this.transport.now = START
    this.adapter = this.start()
  }

  /** Another run over the same files. */
  start(): FileAdapter {
    const { transport, clock, home } = this
    this.adapter = new FileAdapter(resolveFileOptions(this.options), { transport, clock, ...(home && { home }) })
    return this.adapter
  }

  advance(ms: number): void {
    this.clock.advance(ms)
    this.transport.now = this.clock.now()
  }

  /** Lets compression and deletion finish. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
}
