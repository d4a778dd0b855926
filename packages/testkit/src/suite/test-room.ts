import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Adapter, AdapterHome, AdapterRecipe, LogRecord } from '@holdfast/api'
import type { AdapterSuite, Heal } from './adapter-suite.js'
import { outcomeWithin } from './outcome-within.js'
import type { Room } from './rule.js'

/** The method that `room.write` calls. */
export type Way = 'write' | 'writeSync'

/** The room of one test: a folder, the adapters that it opened, and the faults that it caused. */
export class TestRoom implements Room {
  readonly dir: string
  readonly suite: AdapterSuite
  readonly settleMs: number
  readonly #home: AdapterHome
  readonly #way: Way
  readonly #open = new Set<Adapter>()
  readonly #faults = new Set<Heal>()

  private constructor(suite: AdapterSuite, dir: string, stateDir: string, way: Way) {
    this.#home = { stateDir }
    this.#way = way
    this.suite = suite
    this.dir = dir
    this.settleMs = suite.settleMs ?? 2000
  }

  static async enter(suite: AdapterSuite, way: Way): Promise<TestRoom> {
    const dir = await mkdtemp(join(tmpdir(), 'holdfast-contract-'))
    const room = new TestRoom(suite, dir, await mkdtemp(join(tmpdir(), 'holdfast-home-')), way)
    await suite.setUp?.(room.dir)
    return room
  }

  async leave(): Promise<void> {
    try {
      for (const heal of this.#faults) await heal()
      // how close ends is the subject of its own rules; here it must not hide what a test found, nor hold it up
      for (const adapter of this.#open) await outcomeWithin(this.settleMs, () => adapter.close?.())
    } finally {
      await this.suite.tearDown?.(this.dir)
      await rm(this.dir, { recursive: true, force: true })
      await rm(this.#home.stateDir, { recursive: true, force: true })
    }
  }

  recipe(): AdapterRecipe {
    return this.suite.recipe(this.dir)
  }

  open(): Adapter {
    return this.#keep(this.recipe().create())
  }

  openAtHome(): Adapter {
    return this.#keep(this.recipe().create(this.#home))
  }

  async damageHome(): Promise<void> {
    const { stateDir } = this.#home
    for (const name of await readdir(stateDir)) await writeFile(join(stateDir, name), '{"v":')
  }

  release(adapter: Adapter): void {
    this.#open.delete(adapter)
  }

  async write(adapter: Adapter, batch: readonly LogRecord[]): Promise<void> {
    if (this.#way === 'write') await adapter.write(batch, new AbortController().signal)
    else adapter.writeSync?.(batch)
  }

  async arrivals(records: readonly LogRecord[]): Promise<readonly number[]> {
    const matches = this.suite.matches ?? isCanonicalLine
    const arrived = await this.suite.readBack(this.dir)
    return arrived.map((text) => records.findIndex((record) => matches(text, record)))
  }

  breakIt(): Promise<Heal> {
    return this.#cause(this.suite.breakIt)
  }

  stallIt(): Promise<Heal> {
    return this.#cause(this.suite.stallIt)
  }

  #keep(adapter: Adapter): Adapter {
    this.#open.add(adapter)
    return adapter
  }

  /** A fault heals once: when the test says so, or else when it ends. */
  async #cause(hook: AdapterSuite['breakIt']): Promise<Heal> {
    if (hook === undefined) throw new TypeError('Expected the rule to name the hook that it needs.')
    const undo = await hook(this.dir)
    const heal: Heal = async () => {
      if (this.#faults.delete(heal)) await undo()
    }
    this.#faults.add(heal)
    return heal
  }
}

function isCanonicalLine(text: string, record: LogRecord): boolean {
  return text === record.json
}
