import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readyWine, type WineRun } from './wine.js'
import { wineCalls } from './wine-calls.js'

const INFORMATION = 4
const WARNING = 2
const ERROR = 1

const START = `
  import { makeRuntime } from '@holdfast/core'
  import { eventlogAdapter } from '@holdfast/eventlog'
  const told = []
  const start = (options) => makeRuntime({
    service: 'wine app', environment: 'test', level: 'trace', adapters: [eventlogAdapter(options)],
    diagnosticHook: (name, payload) => told.push([name, payload]),
  })
`

function assertWell({ code, stdout, stderr }: WineRun): void {
  assert.equal(code, 0, `${stdout}\n${stderr.slice(-4000)}`)
}

describe('the Windows build of Node under Wine', () => {
  it('hands every level to ReportEventW with its type, id and strings, and closes the source', async (test) => {
    const run = await readyWine(test)?.run(`${START}
      const runtime = start({ category: 7 })
      const log = runtime.get('worker')
      for (const level of ['trace', 'debug', 'info', 'warning', 'error', 'critical']) log[level](level, { chunk: 3 })
      console.log(JSON.stringify((await runtime.shutdown()).adapters.eventlog))`)
    if (run === undefined) return

    const { registered, entries, deregistered } = wineCalls(run.stderr)
    assertWell(run)
    assert.deepEqual(registered, ['wine app'])
    assert.deepEqual(
      entries.map(({ type, category, id, strings }) => [type, category, id, strings[0], strings[1]]),
      [
        [INFORMATION, 7, 1000, 'trace', 'level=TRACE'],
        [INFORMATION, 7, 1000, 'debug', 'level=DEBUG'],
        [INFORMATION, 7, 1000, 'info', 'level=INFO'],
        [WARNING, 7, 2000, 'warning', 'level=WARNING'],
        [ERROR, 7, 3000, 'error', 'level=ERROR'],
        [ERROR, 7, 4000, 'critical', 'level=CRITICAL'],
      ],
    )
    for (const { count, strings } of entries) {
      assert.equal(count, strings.length)
      assert.equal(strings.at(-1), 'extra.chunk=3')
      assert.ok(strings.includes('service=wine app') && strings.includes('logger=worker'))
    }
    assert.equal(deregistered, 1)
    assert.equal((JSON.parse(run.stdout) as { readonly delivered: number }).delivered, 6)
  })

  it('hands over Unicode as UTF-16, and no NUL, control character or %n', async (test) => {
    const run = await readyWine(test)?.run(`${START}
      const runtime = start({ source: 'Größe 日本' })
      runtime.get('app').info('zwei ü 日本 😀', { nul: 'a\\u0000b', url: '/a%2Fb', line: 'a\\r\\nlevel=INFO', lone: '\\ud800', esc: '\\u001b[31m' })
      await runtime.shutdown()`)
    if (run === undefined) return

    const { registered, entries } = wineCalls(run.stderr)
    assertWell(run)
    assert.deepEqual(registered, ['Größe 日本'])
    assert.equal(entries[0]?.strings[0], 'zwei ü 日本 😀')
    assert.deepEqual(
      entries[0]?.strings.filter((text) => text.startsWith('extra.')),
      ['extra.nul=a\\x00b', 'extra.url=/a％2Fb', 'extra.line=a\\r\\nlevel=INFO', 'extra.lone=\\ud800', 'extra.esc=\\x1b[31m'],
    )
  })

  for (const worker of ['thread', 'process'] as const) {
    it(`is reached by a writer ${worker}, which makes the adapter from its recipe`, async (test) => {
      const run = await readyWine(test)?.run(`
        import { makeRuntime } from '@holdfast/core'
        import { eventlogAdapter } from '@holdfast/eventlog'
        const told = []
        const runtime = makeRuntime({
          service: 'wine app', adapters: [eventlogAdapter()], diagnosticHook: (name, payload) => told.push([name, payload]),
          queue: { worker: '${worker}', stopTimeoutMs: 30000 },
        })
        const log = runtime.get('worker')
        for (let n = 0; n < 20; n++) log.info('number ' + n)
        const { adapters } = await runtime.shutdown()
        console.log(JSON.stringify({ ...adapters.eventlog, writer: runtime.inspect().writer, told }))`)
      if (run === undefined) return

      assertWell(run)
      const { delivered, writer, told } = JSON.parse(run.stdout) as Readonly<Record<string, unknown>>
      test.diagnostic(JSON.stringify({ writer, told }))
      assert.equal(delivered, 20)
      if (worker === 'process') return // its calls are in the trace of another program
      const { entries, deregistered } = wineCalls(run.stderr)
      assert.deepEqual(
        entries.map(({ strings }) => strings[0]),
        Array.from({ length: 20 }, (_, n) => `number ${n}`),
      )
      assert.equal(deregistered, 1)
    })
  }

  it('takes events of 1 MiB and of hundreds of fields', async (test) => {
    const run = await readyWine(test)?.run(`${START}
      import { EventlogAdapter } from '@holdfast/eventlog'
      const adapter = eventlogAdapter().create()
      const extra = Object.fromEntries(Array.from({ length: 400 }, (_, n) => ['k' + n, n]))
      const event = { v: 1, event_id: 'e', timestamp: 't', level: 'INFO', level_value: 20, logger: 'l', message: 'x'.repeat(1 << 20), context: {}, extra, origin: 'o', seq: 1 }
      adapter.writeSync([{ level: 20, time: 0, json: '', event }])
      adapter.close()`)
    if (run === undefined) return

    const { entries } = wineCalls(run.stderr)
    assertWell(run)
    assert.equal(entries.length, 1)
    assert.equal(entries[0]?.count, 256)
    assert.match(entries[0]?.strings[0] ?? '', /^x{70}/)
  })

  it('works in a worker thread that builds the adapter from the recipe, beside the main thread', async (test) => {
    const run = await readyWine(test)?.run(`${START}
      import { isMainThread, Worker, workerData } from 'node:worker_threads'
      if (isMainThread) {
        const { module, options } = eventlogAdapter({ source: 'threads', eventIds: { info: 5 } })
        const runtime = start({ source: 'threads' })
        for (let n = 0; n < 20; n++) runtime.get('main').info('main ' + n)
        await new Promise((resolve, reject) => {
          new Worker(new URL(import.meta.url), { workerData: { module, options } }).once('exit', resolve).once('error', reject)
        })
        await runtime.shutdown()
      } else {
        const factory = (await import(workerData.module)).eventlogAdapter
        const runtime = makeRuntime({ adapters: [factory(workerData.options)] })
        for (let n = 0; n < 20; n++) runtime.get('worker').info('worker ' + n)
        await runtime.shutdown()
      }`)
    if (run === undefined) return

    const { registered, entries, deregistered } = wineCalls(run.stderr)
    const numbers = Array.from({ length: 20 }, (_, n) => n)
    assertWell(run)
    assert.deepEqual(registered, ['threads', 'threads'])
    for (const [name, id] of [
      ['main', 1000],
      ['worker', 5],
    ] as const) {
      const own = entries.filter(({ strings }) => strings.includes(`logger=${name}`))
      assert.deepEqual(
        own.map(({ strings, id: given }) => [strings[0], given]),
        numbers.map((n) => [`${name} ${n}`, id]),
      )
    }
    assert.equal(new Set(entries.map(({ thread }) => thread)).size, 2)
    assert.equal(deregistered, 2)
  })

  it('tells at the start that koffi is missing, with the cure', async (test) => {
    const run = await readyWine(test)?.run(
      `${START}
      try { start() } catch (error) { console.log(JSON.stringify({ code: error.code, cure: error.cure, message: error.message })) }`,
      { hasKoffi: false },
    )
    if (run === undefined) return

    assertWell(run)
    assert.deepEqual(JSON.parse(run.stdout), {
      code: 'KOFFI_MISSING',
      cure: 'Run `npm install koffi`.',
      message: 'Expected `koffi` to be installed: the Event Log adapter calls Windows through it. Run `npm install koffi`.',
    })
  })
})

describe('the permission model of Node on Windows', () => {
  it('shows at the start when it forbids koffi, with the flag that allows it', async (test) => {
    const run = await readyWine(test)?.run(
      `${START}
      try { start() } catch (error) { console.log(JSON.stringify([error.code, error.cure])) }`,
      { flags: ['--permission', '--allow-fs-read=*'] },
    )
    if (run === undefined) return

    assertWell(run)
    assert.deepEqual(JSON.parse(run.stdout), [
      'ERR_DLOPEN_DISABLED',
      'Start Node.js with `--allow-addons` beside `--permission`.',
    ])
  })
})

describe('the command, with reg.exe and the registry of Wine', () => {
  it('registers a source, which health then knows, removes it, and leaves that of another program alone', async (test) => {
    const run = await readyWine(test)?.run(`${START}
      import { systemRegistry } from './node_modules/@holdfast/eventlog/dist/registry.js'
      import { runCommand } from './node_modules/@holdfast/eventlog/dist/run-command.js'
      const command = (...args) => runCommand(args, process.platform, systemRegistry)
      const isRegistered = async () => {
        const runtime = start({ source: 'my service' })
        runtime.get('app').info('x')
        const { details } = runtime.inspect().lanes.eventlog.health
        await runtime.shutdown()
        return details.registered
      }
      const before = await isRegistered()
      const registered = command('register', 'my service').code
      const status = command('status', 'my service').text
      const between = await isRegistered()
      const removed = command('remove', 'my service').code
      const after = command('status', 'my service').code
      const theirs = 'HKLM\\\\SYSTEM\\\\CurrentControlSet\\\\Services\\\\EventLog\\\\Application\\\\theirs'
      systemRegistry(['add', theirs, '/v', 'EventMessageFile', '/d', 'theirs.dll', '/f'])
      const strange = [command('register', 'theirs'), command('remove', 'theirs')]
      systemRegistry(['delete', theirs, '/f'])
      console.log(JSON.stringify({ before, registered, status, between, removed, after, strange }))`)
    if (run === undefined) return

    assertWell(run)
    const { status, strange, ...codes } = JSON.parse(run.stdout) as {
      readonly status: string
      readonly strange: readonly { readonly code: number; readonly text: string }[]
    }
    assert.deepEqual(codes, { before: false, registered: 0, between: true, removed: 0, after: 1 })
    assert.match(status, /EventMessageFile\s+REG_EXPAND_SZ\s+%SystemRoot%\\Microsoft\.NET\\Framework64\\.*EventCreate\.exe/)
    assert.match(status, /TypesSupported\s+REG_DWORD\s+0x7/)
    for (const { code, text } of strange) {
      assert.equal(code, 1)
      assert.match(text, /another program/)
    }
  })

  it('answers by text and exit code', async (test) => {
    const run = await readyWine(test)?.command('status', 'nobody')
    if (run === undefined) return

    assert.equal(run.code, 1)
    assert.match(run.stderr, /The source "nobody" is not registered in the log "Application"\./)
  })
})
