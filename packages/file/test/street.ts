import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { AdapterHome } from '@holdfast/api'
import type { ClaimOutcome } from '@holdfast/core'
import { ManualClock } from '@holdfast/testkit'
import { FileAdapter } from '../dist/adapter.js'
import { resolveFileOptions } from '../dist/complete-options.js'
import type { FileOptions } from '../dist/options.js'
import { records, seqsIn } from './records.js'
import { emptyDirectory } from './tools.js'

/** After so long an adapter looks around, with the next batch. */
export const LOOK_MS = 1001
/** A pid that no process has, of this boot. */
const DEAD = { pid: 4_194_305, startTime: 7 }

/** Adapters that share a folder and a clock. */
export class Street {
  readonly dir: string
  readonly path: string
  readonly clock = new ManualClock({ nowMs: new Date(2026, 10, 20, 12, 34, 56).getTime() })
  readonly #open: FileAdapter[] = []

  constructor(test: TestContext) {
    this.dir = emptyDirectory(test)
    this.path = join(this.dir, 'app.log')
    test.after(() => Promise.all(this.#open.map((adapter) => adapter.close())))
  }

  writer(options: FileOptions = {}, parts: { home?: AdapterHome; claim?: () => ClaimOutcome } = {}): FileAdapter {
    const settings = resolveFileOptions({ path: this.path, ...options })
    const adapter = new FileAdapter(settings, { clock: this.clock, ...parts })
    this.#open.push(adapter)
    return adapter
  }

  /** Lets an adapter write what it looks around before. */
  later(adapter: FileAdapter, from: number, to = from): void {
    this.clock.advance(LOOK_MS)
    adapter.writeSync(records(from, to, { time: this.clock.now() }))
  }

  text(name = 'app.log'): string {
    return readFileSync(join(this.dir, name), 'utf8')
  }

  /** Of what is not a lock. */
  get names(): readonly string[] {
    return readdirSync(this.dir).filter((name) => !name.startsWith('.'))
  }

  get locks(): readonly string[] {
    return readdirSync(this.dir).filter((name) => name.startsWith('.'))
  }

  /** Every number in every file, sorted. */
  get everything(): readonly number[] {
    const texts = this.names.map((name) => {
      const bytes = readFileSync(join(this.dir, name))
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
    })
    return texts.flatMap(seqsIn).sort((a, b) => a - b)
  }

  /** Leaves a lock as a process does that was killed. */
  leaveLock(name: string, insteadOf?: string): void {
    const own = JSON.parse(this.text('.app.log.writer')) as { readonly process: string }
    const process = own.process.replace(/^\d+\.\d+/, `${DEAD.pid}.${DEAD.startTime}`)
    writeFileSync(join(this.dir, `.${name}.writer`), JSON.stringify({ ...own, process, token: 'dead', insteadOf }))
  }
}
