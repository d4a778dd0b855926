import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { LogRecord } from '@holdfast/api'
import { AdapterError } from '@holdfast/core'
import type { FileOptions } from '@holdfast/file'
import { ManualClock } from '@holdfast/testkit'
import { FileAdapter } from '../dist/adapter.js'
import { resolveFileOptions } from '../dist/complete-options.js'
import { canHave, type Fault, Faulty } from './faulty-transport.js'
import { MemoryTransport } from './memory-transport.js'
import { START } from './room.js'
import { eventOf, faultsIn, joinText, makeRing, readJsonLine, readTextLine, textOf } from './writer.js'

const EVENTS = 14
const BATCH = 3
/** A failure may come once, the lane tries again. */
const ATTEMPTS_MAX = 4
const HOME = { stateDir: '/state' }

interface Kind {
  readonly options: FileOptions
  readonly hasHome?: boolean
}

const rotate = { maxBytes: 1500 }
const KINDS: Readonly<Record<string, Kind>> = {
  'a path': { options: { path: '/logs/app.log', rotate } },
  'a path of a writer process': { options: { path: '/logs/app.log', rotate }, hasHome: true },
  'a path, compressed and synced': { options: { path: '/logs/app.log', rotate, compress: 'gzip', fsync: 'always' } },
  'a directory': { options: { dir: '/logs', prefix: 'app', rotate, retain: { maxFiles: 100 } } },
  'a directory of a writer process, compressed': {
    options: { dir: '/logs', prefix: 'app', rotate, compress: 'gzip' },
    hasHome: true,
  },
  'text of a writer process': {
    options: { path: '/logs/app.log', rotate: { maxBytes: 300 }, format: textOf },
    hasHome: true,
  },
}

/** Names close to ours that are somebody else's. */
const STRANGERS: Readonly<Record<string, string>> = {
  '/logs/app.log.1': 'rotated by somebody else',
  '/logs/app.2026-99-99T99-99-99.log': 'no moment that a clock shows',
  '/logs/2026-11-20/app_99-99-99.log': '',
  '/logs/2026-11-20/notes.txt': 'notes',
}

/** One run over one disk, whose lane tries again after a failure. Returns what is wrong at the end, and the operations that it took. */
async function live(kind: Kind, at: number | undefined, fault: Fault): Promise<readonly [faults: readonly string[], string[]]> {
  const disk = new MemoryTransport()
  const clock = new ManualClock({ nowMs: START })
  disk.now = START
  for (const folder of ['/state', '/logs/2026-11-20']) disk.makeDirectory(folder, 0o700)
  for (const [path, content] of Object.entries(STRANGERS)) disk.put(path, content)
  const { transport, operations } = new Faulty(disk, at, fault)
  const settings = resolveFileOptions(kind.options)
  const adapter = new FileAdapter(settings, { transport, clock, ...(kind.hasHome === true && { home: HOME }) })
  adapter.resume?.()
  let pending: readonly LogRecord[] = Array.from({ length: EVENTS }, (_, i) => eventOf(0, i + 1))
  for (let failures = 0; pending.length > 0; ) {
    const accepted = offer(adapter, pending.slice(0, BATCH))
    if (accepted < Math.min(BATCH, pending.length)) failures++
    pending = pending.slice(accepted)
    if (failures > ATTEMPTS_MAX) return [['the adapter never recovers'], operations]
    clock.advance(1000)
    disk.now = clock.now()
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  await adapter.close()
  return [faultsOf(disk, kind), operations]
}

function offer(adapter: FileAdapter, batch: readonly LogRecord[]): number {
  try {
    adapter.writeSync(batch)
    return batch.length
  } catch (error) {
    if (error instanceof AdapterError) return error.accepted
    throw error
  }
}

function faultsOf(disk: MemoryTransport, { options }: Kind): readonly string[] {
  const paths = disk.paths().filter((path) => path.startsWith('/logs/') && !Object.hasOwn(STRANGERS, path))
  const own = paths.filter((path) => !path.includes('.tmp-') && disk.nodes.get(path)?.kind === 'file')
  // where the plain file could not be removed both hold the same
  const contents = own
    .filter((path) => !own.includes(`${path}.gz`))
    .map((path) => {
      const bytes = disk.nodes.get(path)?.bytes ?? Buffer.alloc(0)
      return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
    })
  const changed = Object.keys(STRANGERS).filter((path) => disk.text(path) !== STRANGERS[path])
  const isText = options.format !== undefined
  const faults = faultsIn(isText ? contents.map(joinText) : contents, makeRing(EVENTS), isText ? readTextLine : readJsonLine)
  return [...faults, ...changed.map((path) => `a file of somebody else was changed: ${path}`)]
}

describe('a system that does not do what was asked, in each single operation', () => {
  for (const [name, kind] of Object.entries(KINDS)) {
    for (const fault of ['before', 'after', 'short', 'twice'] as const) {
      it(`${fault}: loses, doubles and tears nothing, and touches no file of others, with ${name}`, {
        timeout: 300_000,
      }, async () => {
        const [faults, operations] = await live(kind, undefined, fault)
        assert.deepEqual(faults, [])

        for (const [index, operation] of operations.entries()) {
          if (!canHave(operation, fault)) continue
          const [found] = await live(kind, index + 1, fault)
          assert.deepEqual(found, [], `${operation}, number ${index + 1} of ${operations.length}`)
        }
      })
    }
  }
})
