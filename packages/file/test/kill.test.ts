import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { FileAdapter, type FileOptions, resolveFileOptions } from '@holdfast/file'
import { ManualClock } from '@holdfast/testkit'
import { range, record } from './records.js'
import { emptyDirectory } from './tools.js'
import type { Orders } from './victim.js'

const VICTIM = fileURLToPath(new URL('./victim.js', import.meta.url))
const KILLS = Number(process.env['HOLDFAST_KILLS'] ?? 16)
const BATCH = 3

/** Lets a process write until it is killed at a random moment; returns how many records it knew to be accepted. */
async function liveAndDie(options: FileOptions, life: number, counterPath: string): Promise<number> {
  const orders: Orders = { options, count: 1_000_000, batch: BATCH, life, counterPath }
  const child = spawn(process.execPath, [VICTIM, JSON.stringify(orders)], { stdio: ['ignore', 'ignore', 'inherit'] })
  const gone = once(child, 'exit')
  while (!existsSync(counterPath) || statSync(counterPath).size === 0) await pause(2)
  await pause(Math.random() * 40)
  child.kill('SIGKILL')
  const [, signal] = await gone
  assert.equal(signal, 'SIGKILL')
  return Number(readFileSync(counterPath, 'utf8'))
}

function filesBelow(dir: string): readonly string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** The sequence numbers of each life, in the order of each file; and what is no whole line. */
function readLives(paths: readonly string[]): {
  readonly seqs: ReadonlyMap<number, readonly number[]>
  readonly torn: readonly string[]
} {
  const seqs = new Map<number, number[]>()
  const torn: string[] = []
  for (const path of paths) {
    const bytes = readFileSync(path)
    const text = (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
    for (const line of text.split('\n')) {
      if (line === '') continue
      if (!line.endsWith('"}')) torn.push(line)
      else {
        const { life, seq } = JSON.parse(line) as { life: number; seq: number }
        const known = seqs.get(life) ?? []
        known.push(seq)
        seqs.set(life, known)
      }
    }
  }
  return { seqs, torn }
}

describe('killed in the middle of rotation and compression', () => {
  for (const [name, place] of [
    ['one path', (dir: string): FileOptions => ({ path: join(dir, 'app.log') })],
    ['a directory', (dir: string): FileOptions => ({ dir, prefix: 'app' })],
  ] as const) {
    it(`${KILLS} times at random, ${name} holds every accepted record once, and the next run finishes what was begun`, {
      timeout: 120_000,
    }, async (context) => {
      const room = emptyDirectory(context)
      const dir = join(room, 'logs')
      const options: FileOptions = { ...place(dir), rotate: { maxBytes: 2000 }, compress: 'gzip' }
      const accepted: number[] = []

      for (let life = 1; life <= KILLS; life++) accepted.push(await liveAndDie(options, life, join(room, `counter-${life}`)))
      await finish(options)

      const paths = filesBelow(dir)
      const { seqs, torn } = readLives(paths)
      for (const [index, count] of accepted.entries()) {
        const found = [...(seqs.get(index + 1) ?? [])].sort((a, b) => a - b)
        assert.ok(
          found.length >= count && found.length <= count + BATCH,
          `life ${index + 1}: accepted ${count}, found ${found.length}`,
        )
        assert.deepEqual(found, range(1, found.length))
      }
      assert.ok(torn.length <= KILLS)
      assert.deepEqual(
        paths.filter((path) => path.includes('.tmp-')),
        [],
      )
      assert.ok(paths.filter((path) => path.endsWith('.gz')).length > KILLS, 'nothing was compressed')
      assert.ok(paths.filter((path) => !path.endsWith('.gz')).length <= 2, 'something was not compressed')
    })
  }
})

/** A last run, late enough to know that what lies around was left behind. */
async function finish(options: FileOptions): Promise<void> {
  const clock = new ManualClock({ nowMs: Date.now() + 120_000 })
  const adapter = new FileAdapter(resolveFileOptions(options), { clock })
  adapter.writeSync([{ ...record(1), json: '{"seq":1,"life":0,"pad":"p"}' }])
  await adapter.close()
}
