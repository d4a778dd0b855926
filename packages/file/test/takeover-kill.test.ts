import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { FileAdapter, type FileOptions, resolveFileOptions } from '@holdfast/file'
import { ManualClock } from '@holdfast/testkit'
import type { TakeoverOrders } from './takeover-victim.js'
import { emptyDirectory } from './tools.js'
import { faultsIn, joinText, makeRing, type Ring, readJsonLine, readTextLine, textOf, type Way, Writer } from './writer.js'

const VICTIM = fileURLToPath(new URL('./takeover-victim.js', import.meta.url))
const KILLS = Number(process.env['HOLDFAST_KILLS'] ?? 8)
const ORIGINS = 3
const LIFE_MS = 30
/** Operations of a life that ends by itself: enough for several rotations. */
const OPERATIONS = 300

interface Kind {
  readonly place: (dir: string) => FileOptions
  readonly maxBytes: number
  readonly isText: boolean
  readonly way: Way
}

const KINDS: Readonly<Record<string, Kind>> = {
  'one path': { place: (dir) => ({ path: join(dir, 'app.log') }), maxBytes: 20_000, isText: false, way: 'lines' },
  'a directory': { place: (dir) => ({ dir, prefix: 'app' }), maxBytes: 20_000, isText: false, way: 'lines' },
  'one path with text': { place: (dir) => ({ path: join(dir, 'app.log') }), maxBytes: 3000, isText: true, way: 'records' },
  'a directory with text': { place: (dir) => ({ dir, prefix: 'app' }), maxBytes: 3000, isText: true, way: 'records' },
}

/** Runs a writer until it is killed, from outside at a random moment or by itself in the middle of an operation. Returns what it acknowledged. */
async function liveAndDie(orders: TakeoverOrders): Promise<readonly number[]> {
  const child = spawn(process.execPath, [VICTIM, JSON.stringify(orders)], { stdio: ['ignore', 'ignore', 'inherit'] })
  const gone = once(child, 'exit')
  let isGone = false
  void gone.then(() => {
    isGone = true
  })
  while (!isGone && (!existsSync(orders.cursorsPath) || statSync(orders.cursorsPath).size === 0)) await pause(2)
  if (orders.death === undefined) {
    await pause(Math.random() * LIFE_MS)
    child.kill('SIGKILL')
  }
  const [, signal] = await gone
  assert.equal(signal, 'SIGKILL')
  return readCursors(orders)
}

function readCursors({ cursorsPath, acknowledged }: TakeoverOrders): readonly number[] {
  const text = existsSync(cursorsPath) ? readFileSync(cursorsPath, 'utf8') : ''
  if (text === '') return acknowledged
  return Array.from({ length: ORIGINS }, (_, i) => Number(text.slice(i * 10, i * 10 + 10)))
}

function contentsBelow(dir: string): readonly string[] {
  const paths = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  assert.deepEqual(
    paths.filter((path) => path.includes('.tmp-')),
    [],
  )
  return paths.map((path) => {
    const bytes = readFileSync(path)
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
  })
}

describe('a writer that is killed and started again at once', () => {
  for (const [name, { place, maxBytes, isText, way }] of Object.entries(KINDS)) {
    it(`${KILLS} times, writing to ${name} with rotation and compression, loses, doubles and tears nothing`, {
      timeout: 300_000,
    }, async (context) => {
      const room = emptyDirectory(context)
      const dir = join(room, 'logs')
      const stateDir = join(room, 'state')
      mkdirSync(stateDir, { mode: 0o700 })
      const options: FileOptions = { ...place(dir), rotate: { maxBytes }, compress: 'gzip' }
      let acknowledged: readonly number[] = [0, 0, 0]

      for (let life = 1; life <= KILLS; life++) {
        const operation = 1 + Math.floor(Math.random() * OPERATIONS)
        const death = life % 2 === 0 ? undefined : { operation, part: Math.random() }
        const cursorsPath = join(room, `cursors-${life}`)
        acknowledged = await liveAndDie({ options, isText, way, stateDir, acknowledged, cursorsPath, ...(death && { death }) })
      }
      const counts = acknowledged.map((count) => count + 50)
      await tidyUp(isText ? { ...options, format: textOf } : options, stateDir, { counts, acknowledged: [...acknowledged] })

      const contents = contentsBelow(dir)
      assert.ok(contents.length > KILLS / 2, `only ${contents.length} files: nothing was rotated`)
      const faults = isText
        ? faultsIn(contents.map(joinText), makeRing(...counts), readTextLine)
        : faultsIn(contents, makeRing(...counts), readJsonLine)
      assert.deepEqual(faults.slice(0, 20), [])
      context.diagnostic(`${KILLS} kills, ${counts.reduce((a, b) => a + b)} events in ${contents.length} files`)
    })
  }
})

/** A last writer, late enough to know that what lies around was left behind; writes the last events. */
async function tidyUp(options: FileOptions, stateDir: string, ring: Ring): Promise<void> {
  const clock = new ManualClock({ nowMs: Date.now() + 120_000 })
  const adapter = new FileAdapter(resolveFileOptions(options), { clock, home: { stateDir } })
  const writer = new Writer(adapter, ring, 'records')
  while (writer.step(10, () => {})) await nextTurn()
  await adapter.close()
}
