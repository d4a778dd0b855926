import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { hostileRecords, makeRecord, makeRecords } from '@holdfast/testkit'
import { builtBinding } from './built-binding.js'
import { type Entry, type Journald, textOf } from './journald.js'
import { openAdapter, ownJournald, sharedJournald } from './shared-journald.js'
import { failureOf } from './write-all.js'

const PACKAGES = join(import.meta.dirname, '../../../../packages')
const ENTRIES = 1000
const ROUNDS = 3
const never = new AbortController().signal

function url(name: string): string {
  return JSON.stringify(pathToFileURL(join(PACKAGES, name, 'dist/index.js')).href)
}

/** Runs a module where journald has its usual paths, as libsystemd needs it; what it prints is JSON. */
function runInside<T>(journald: Journald, modules: string, body: string): T {
  const source = `
    import { JournaldAdapter, journaldSettings } from ${url('journald')}
    import { hostileRecords, makeRecord, makeRecords } from ${url('testkit')}
    const open = (client) => new JournaldAdapter(journaldSettings({ name: 'journald', client, identifier: 'by-' + client }))
    const failureOf = (run) => { try { run() } catch (error) { return [error.code, error.accepted] } }
    const answer = await (async () => { ${body} })()
    console.log(JSON.stringify(answer))
  `
  const [enter, ...rest] = journald.enter
  const args = [...rest, process.execPath, '--input-type=module', '--eval', source]
  const { status, stdout, stderr } = spawnSync(enter, args, { encoding: 'utf8', env: { ...process.env, NODE_PATH: modules } })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as T
}

/** A journald and the compiled binding, where both can be had. */
async function withBinding(
  context: TestContext,
  open: (context: TestContext) => Promise<Journald | undefined>,
): Promise<{ readonly journald: Journald; readonly modules: string } | undefined> {
  const modules = builtBinding(context)
  const journald = modules === undefined ? undefined : await open(context)
  return modules === undefined || journald === undefined ? undefined : { journald, modules }
}

/** What the sender wrote, without what differs between two senders. */
function ownFields(entry: Entry): Readonly<Record<string, string | undefined>> {
  const own = Object.entries(entry).filter(([name]) => !name.startsWith('_') && name !== 'SYSLOG_IDENTIFIER')
  return Object.fromEntries(own.map(([name, value]) => [name, textOf(value)]))
}

describe('the client of the npm package systemd-journald', () => {
  test('writes the same fields as the native one, but for NUL', async (context) => {
    const room = await withBinding(context, sharedJournald)
    if (room === undefined) return
    const { journald, modules } = room
    const body = `
      const adapters = [open('systemd-journald'), open('native')]
      for (const adapter of adapters) adapter.writeSync([...hostileRecords(), makeRecord({ extra: { blob: 'x\\n'.repeat(1e6) } })])
      return adapters.map((adapter) => adapter.health())
    `

    const healths = runInside<readonly { readonly state: string; readonly details: object }[]>(journald, modules, body)

    const path = '/run/systemd/journal/socket'
    const kinds = ['systemd-journald', 'native'] as const
    assert.deepEqual(
      healths,
      kinds.map((client) => ({ state: 'ok', details: { client, path } })),
    )
    const [byBinding, byNative] = kinds.map((kind) => journald.read(`SYSLOG_IDENTIFIER=by-${kind}`).map(ownFields))
    assert.equal(byNative?.length, hostileRecords().length + 1)
    const shown = byNative.map((fields) =>
      Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value?.replaceAll('\0', '\u2400')])),
    )
    assert.deepEqual(byBinding, shown)
  })

  test('tells a journald that is dead, and one that is absent', async (context) => {
    const room = await withBinding(context, ownJournald)
    if (room === undefined) return
    const { journald, modules } = room
    const body = `return failureOf(() => open('systemd-journald').writeSync(makeRecords(2)))`
    await journald.signal('SIGKILL')

    const dead = runInside(journald, modules, body)
    journald.removeSocket()
    const absent = runInside(journald, modules, body)

    assert.deepEqual(dead, ['JOURNALD_DEAD', 0])
    assert.deepEqual(absent, ['JOURNALD_ABSENT', 0])
  })

  test('gives way in a thread, when another has loaded it already', async (context) => {
    const room = await withBinding(context, sharedJournald)
    if (room === undefined) return
    const body = `
      open('systemd-journald').writeSync(makeRecords(1, { origin: 'main' }))
      const { Worker } = await import('node:worker_threads')
      const source = \`
        import { parentPort } from 'node:worker_threads'
        import { JournaldAdapter, journaldSettings } from ${url('journald')}
        parentPort.postMessage(new JournaldAdapter(journaldSettings({ name: 'journald', client: 'systemd-journald' })).health())\`
      const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(source)))
      return new Promise((resolve) => worker.once('message', resolve))
    `

    const { state, reason, details } = runInside<{ state: string; reason: string; details: { client: string } }>(
      room.journald,
      room.modules,
      body,
    )

    assert.deepEqual([state, details.client], ['degraded', 'native'])
    assert.match(reason, /systemd-journald cannot be loaded .* nothing is lost/)
  })

  test('and the native one: entries a second, and how long the thread is held up', async (context) => {
    const room = await withBinding(context, (test) => ownJournald(test, { queueLength: 512 }))
    if (room === undefined) return
    const body = `
      const { monitorEventLoopDelay } = await import('node:perf_hooks')
      const turn = () => new Promise((resolve) => setImmediate(resolve))
      const records = makeRecords(${ENTRIES}, { extra: { a: 1, b: 'two', c: true } })
      for (const record of records) record.event
      const never = new AbortController().signal
      const sums = { 'native, write': [0, 0, 0], 'native, writeSync': [0, 0, 0], 'systemd-journald': [0, 0, 0] }
      for (let round = 0; round <= ${ROUNDS}; round++) {
        for (const [way, sum] of Object.entries(sums)) {
          const adapter = open(way.split(',')[0])
          const delay = monitorEventLoopDelay({ resolution: 1 })
          delay.enable()
          const [cpu, start] = [process.cpuUsage(), performance.now()]
          for (let at = 0; at < records.length; at += 64) {
            const batch = records.slice(at, at + 64)
            for (let left = way.endsWith('Sync') ? batch : []; left.length > 0; ) {
              const failure = failureOf(() => adapter.writeSync(left))
              left = failure === undefined ? [] : left.slice(failure[1])
            }
            if (!way.endsWith('Sync')) await adapter.write(batch, never)
            await turn()
          }
          const [ms, { user, system }] = [performance.now() - start, process.cpuUsage(cpu)]
          delay.disable()
          adapter.close()
          if (round === 0) continue // to warm up
          sum[0] += ms
          sum[1] += user + system
          sum[2] = Math.max(sum[2], delay.max / 1e6)
        }
      }
      return sums
    `

    const sums = runInside<Readonly<Record<string, readonly [number, number, number]>>>(room.journald, room.modules, body)

    const all = ENTRIES * ROUNDS
    for (const [way, [ms, cpu, longestMs]] of Object.entries(sums)) {
      const cost = `${(cpu / all).toFixed(1)} µs of CPU each, longest turn ${longestMs.toFixed(1)} ms`
      context.diagnostic(`${way}: ${Math.round((all * 1000) / ms)} entries/s, ${cost}`)
    }
    assert.equal(room.journald.sequenceOf('SYSLOG_IDENTIFIER=by-native').length, 2 * (all + ENTRIES))
    assert.equal(room.journald.sequenceOf('SYSLOG_IDENTIFIER=by-systemd-journald').length, all + ENTRIES)
  })
})

describe('the client of the stream socket', () => {
  test('writes a line with the priority for each event, under the identifier', async (context) => {
    const journald = await sharedJournald(context)
    if (journald === undefined) return
    const adapter = openAdapter(context, journald, { client: 'stream', identifier: 'lines' })
    const records = [
      makeRecord({ level: 'critical', message: 'forged\n<0>line', extra: { chunk: 3 } }),
      ...makeRecords(500, { level: 'warning', seq: 2 }),
      makeRecord({ seq: 600, message: `long ${'ä'.repeat(60_000)}<0>` }),
    ]

    await adapter.write(records, never)

    const found = journald.read('SYSLOG_IDENTIFIER=lines')
    assert.equal(found.length, 502)
    assert.deepEqual([found[0]?.['PRIORITY'], found[1]?.['PRIORITY'], found[501]?.['PRIORITY']], ['2', '4', '6'])
    assert.match(textOf(found[0]?.['MESSAGE']) ?? '', /^CRITICAL testkit {2}forged\\n<0>line .*chunk=3/)
    assert.match(textOf(found[501]?.['MESSAGE']) ?? '', /ä… \[\d+ bytes cut\]$/)
    assert.ok(found.every((entry) => entry['_LINE_BREAK'] === undefined))
  })

  test('connects anew to a journald that was dead', async (context) => {
    const journald = await ownJournald(context)
    if (journald === undefined) return
    const adapter = openAdapter(context, journald, { client: 'stream', identifier: 'again' })
    const [first, second] = makeRecords(2)
    assert.ok(first !== undefined && second !== undefined)
    await adapter.write([first], never)
    journald.read()
    await journald.signal('SIGKILL')

    const code = await adapter.write([second], never)?.then(undefined, (error) => error.code)
    await journald.start()
    await adapter.write([second], never)

    assert.equal(code, 'JOURNALD_DEAD')
    assert.equal(journald.read('SYSLOG_IDENTIFIER=again').length, 2)
    assert.equal(failureOf(adapter, []), undefined)
  })
})

test('hostile text stands in one line each in the stream', async (context) => {
  const journald = await sharedJournald(context)
  if (journald === undefined) return
  const adapter = openAdapter(context, journald, { client: 'stream', identifier: 'hostile' })

  await adapter.write(hostileRecords(), never)

  assert.equal(journald.read('SYSLOG_IDENTIFIER=hostile').length, hostileRecords().length)
})
