import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { FileOptions } from '@holdfast/file'
import { ManualClock } from '@holdfast/testkit'
import fc from 'fast-check'
import { FileAdapter } from '../dist/adapter.js'
import { resolveFileOptions } from '../dist/complete-options.js'
import { MemoryTransport } from './memory-transport.js'
import { type Death, Mortal } from './mortal-transport.js'
import { START } from './room.js'
import { faultsIn, joinText, makeRing, type Ring, readJsonLine, readTextLine, textOf, type Way, Writer } from './writer.js'

const HOME = { stateDir: '/state' }
const RUNS = Number(process.env['HOLDFAST_FUZZ_RUNS'] ?? 40)

interface Kind {
  readonly options: FileOptions
  readonly way: Way
}

const rotate = { maxBytes: 1500 }
const KINDS: Readonly<Record<string, Kind>> = {
  'a path, as bytes': { options: { path: '/logs/app.log', rotate }, way: 'lines' },
  'a path that is compressed, as records': { options: { path: '/logs/app.log', rotate, compress: 'gzip' }, way: 'records' },
  'a path without rotation, synced': { options: { path: '/logs/app.log', fsync: 'always' }, way: 'lines' },
  'a directory, as bytes': { options: { dir: '/logs', prefix: 'app', rotate, compress: 'gzip' }, way: 'lines' },
  'text at a path': { options: { path: '/logs/app.log', rotate: { maxBytes: 300 }, format: textOf }, way: 'records' },
  'text below a directory': {
    options: { dir: '/logs', prefix: 'app', rotate: { maxBytes: 300 }, format: textOf },
    way: 'records',
  },
}

/** Many lives of a writer over one disk, one home and one ring. */
class Lives {
  readonly disk = new MemoryTransport()
  readonly clock = new ManualClock({ nowMs: START })
  readonly kind: Kind
  readonly ring: Ring
  readonly #random: () => number

  constructor(kind: Kind, ring: Ring, seed: number) {
    this.kind = kind
    this.ring = ring
    this.disk.now = START
    this.disk.makeDirectory(HOME.stateDir, 0o700)
    this.#random = randomFrom(seed)
  }

  /** Lives until the death, or to the end of the ring. Returns how many operations it did. */
  async live(death: Death | undefined, most = 7): Promise<Mortal> {
    const mortal = new Mortal(this.disk, death)
    const { clock } = this
    const adapter = new FileAdapter(resolveFileOptions(this.kind.options), { transport: mortal.transport, clock, home: HOME })
    const writer = new Writer(adapter, this.ring, this.kind.way, this.#random)
    try {
      while (!mortal.isDead && writer.step(most, (cursors) => this.#acknowledge(mortal, cursors))) {
        clock.advance(1)
        this.disk.now = clock.now()
        for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
      }
      await adapter.close()
    } catch (error) {
      if (!mortal.isDead) throw error
    }
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    return mortal
  }

  #acknowledge(mortal: Mortal, cursors: readonly number[]): void {
    if (!mortal.isDead) this.ring.acknowledged.splice(0, cursors.length, ...cursors)
  }

  faults(): readonly string[] {
    const paths = this.disk
      .paths()
      .filter((path) => path.startsWith('/logs/') && !path.includes('.tmp-') && !path.includes('latest'))
    // between the renaming of a compressed file and the removal of the plain one a kill leaves both
    const whole = paths.filter((path) => !paths.includes(`${path}.gz`))
    const contents = whole.map((path) => {
      const bytes = this.disk.nodes.get(path)?.bytes ?? Buffer.alloc(0)
      return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
    })
    const isText = this.kind.options.format !== undefined
    return faultsIn(isText ? contents.map(joinText) : contents, this.ring, isText ? readTextLine : readJsonLine)
  }
}

function randomFrom(seed: number): () => number {
  let state = seed | 1
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return (state >>> 8) / 0x1000000
  }
}

describe('killed in the middle of each single operation', () => {
  for (const [name, kind] of Object.entries(KINDS)) {
    it(`${name}: the next writer loses nothing, doubles nothing and leaves no torn line`, { timeout: 300_000 }, async () => {
      const total = (await new Lives(kind, makeRing(12, 9), 7).live(undefined)).operations

      for (let operation = 1; operation <= total; operation++) {
        for (const part of [0, 0.6, 1]) {
          const lives = new Lives(kind, makeRing(12, 9), 7)
          await lives.live({ operation, part })
          const second = await lives.live(undefined)

          assert.equal(second.isDead, false)
          assert.deepEqual(lives.faults(), [], `killed in operation ${operation} of ${total}, ${part} of it done`)
        }
      }
    })
  }
})

describe('killed again and again', () => {
  for (const [name, kind] of Object.entries(KINDS)) {
    it(`${name}: holds every event once, also when a writer dies before it has written anything`, {
      timeout: 300_000,
    }, async () => {
      const deaths = fc.array(fc.record({ operation: fc.integer({ min: 1, max: 60 }), part: fc.constantFrom(0, 0.3, 0.9, 1) }), {
        minLength: 2,
        maxLength: 30,
      })
      await fc.assert(
        fc.asyncProperty(deaths, fc.integer({ min: 1, max: 20 }), fc.integer(), async (all, most, seed) => {
          const lives = new Lives(kind, makeRing(25, 14, 6), seed)

          for (const death of all) await lives.live(death, most)
          await lives.live(undefined, most)

          assert.deepEqual(lives.faults(), [])
        }),
        { numRuns: RUNS },
      )
    })
  }
})
