import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answer, HOLDFAST } from './fixtures/spawn.js'

interface Found {
  readonly results: readonly string[]
  readonly events: readonly {
    readonly message: string
    readonly level: string
    readonly logger: string
    readonly timestamp: string
    readonly seq: number
    readonly context: Readonly<Record<string, unknown>>
    readonly extra?: Readonly<Record<string, unknown>>
  }[]
  readonly diagnostics: readonly (readonly [string, unknown])[]
  readonly report: { readonly calls: number; readonly belowLevel: number; readonly refused: object; readonly emitted: number }
  readonly more: unknown
}

/** Runs `early` before `init` and `late` after it in a process of its own, and gives back what arrived. */
function run(early: string, options: { readonly config?: string; readonly late?: string } = {}): Promise<Found> {
  return answer<Found>(`
    import { bind, get, init } from '${HOLDFAST}'
    const log = get('app')
    const results = []
    const diagnostics = []
    const lines = []
    let more
    const memory = { name: 'memory', write() {}, writeSync(batch) { for (const { json } of batch) lines.push(json) } }
    ${early}
    const runtime = init({ service: 's', adapters: [memory], diagnosticHook: (...pair) => diagnostics.push(pair), ${options.config ?? ''} })
    ${options.late ?? ''}
    const events = lines.map((line) => JSON.parse(line))
    console.log(JSON.stringify({ results, events, diagnostics, report: runtime.report(), more }))`)
}

describe('events that are logged before init', () => {
  it('are buffered and replayed in order, with their own time, context, fields and error, before those of later', async () => {
    const { results, events, report } = await run(
      `
      results.push(bind({ jobId: 'j' }, () => log.info('one', { a: 1 })))
      more = Date.now()
      while (Date.now() < more + 5);
      results.push(get('other').child({ b: 2 }).error('two', new Error('boom')))
      const wait = Date.now() + 5
      while (Date.now() < wait);`,
      { late: `results.push(log.info('three'))` },
    )

    assert.deepEqual(results, ['buffered', 'buffered', 'accepted'])
    assert.deepEqual(
      events.map(({ message, level, logger, seq, context, extra }) => [message, level, logger, seq, context['job_id'], extra]),
      [
        ['one', 'INFO', 'app', 1, 'j', { a: 1 }],
        ['two', 'ERROR', 'other', 2, undefined, { b: 2 }],
        ['three', 'INFO', 'app', 3, undefined, undefined],
      ],
    )
    assert.ok(events.every(({ context }) => context['service'] === 's'))
    const times = events.map(({ timestamp }) => Date.parse(timestamp))
    assert.deepEqual(
      times.map((time, i) => i === 0 || time - (times[i - 1] as number) >= 4),
      [true, true, true],
    )
    assert.deepEqual([report.calls, report.emitted], [3, 3])
  })

  it('are replayed by the levels of the configuration', async () => {
    const { events, report } = await run(
      `log.debug('app debug'); log.info('app info'); get('db').debug('db debug'); get('db').info('db info'); get('quiet').error('quiet')`,
      { config: `level: 'info', levels: { db: 'debug', quiet: 'off' }` },
    )

    assert.deepEqual(
      events.map(({ message }) => message),
      ['app info', 'db debug', 'db info'],
    )
    assert.deepEqual([report.calls, report.belowLevel, report.emitted], [5, 2, 3])
  })

  it('are kept up to a thousand; the rest is counted and reported', async () => {
    const { results, events, diagnostics, report } = await run(
      `for (let i = 0; i < 1003; i++) results.push(log.info('event ' + i))`,
    )

    assert.equal(results.filter((result) => result === 'buffered').length, 1000)
    assert.deepEqual(results.slice(-3), ['queue_full', 'queue_full', 'queue_full'])
    assert.deepEqual([events.length, events[999]?.message], [1000, 'event 999'])
    assert.deepEqual(diagnostics, [['pre_init_dropped', { count: 3, limit_events: 1000, limit_bytes: 1 << 20 }]])
    assert.deepEqual([report.calls, report.refused, report.emitted], [1003, { pre_init_full: 3 }, 1000])
  })

  it('are kept up to one mebibyte', async () => {
    const { results, events, diagnostics } = await run(
      `for (let i = 0; i < 400; i++) results.push(log.info('m'.repeat(4000), { i }))`,
    )

    const kept = results.filter((result) => result === 'buffered').length
    assert.ok(kept > 230 && kept < 263, String(kept))
    assert.equal(events.length, kept)
    assert.deepEqual(
      diagnostics.map(([name, payload]) => [name, (payload as { count: number }).count]),
      [['pre_init_dropped', 400 - kept]],
    )
  })

  it('are scrubbed before they are kept', async () => {
    const { events } = await run(`log.info('Bearer abcdefghijklmnopqrstuvwxyz0123', { password: 'hunter2' })`, {
      config: 'scrub: false',
    })

    assert.doesNotMatch(JSON.stringify(events), /hunter2|abcdefghijklmnop/)
    assert.deepEqual(events[0]?.extra, { password: '[REDACTED]' })
  })

  it('keep what a hook and an adapter log while they are replayed from going round', async () => {
    const { events, results } = await run(`for (let i = 0; i < 1001; i++) log.info('event')`, {
      config: `diagnosticHook: () => results.push(log.info('from the hook'))`,
      late: `results.push(log.info('after'))`,
    })

    assert.deepEqual(results, ['refused', 'accepted'])
    assert.equal(events.length, 1001)
    assert.equal(events.at(-1)?.message, 'after')
  })

  it('survive a configuration that is refused first', async () => {
    const { events, more } = await run(`
      log.info('one')
      try { init({ level: 'loud' }) } catch (error) { more = error.code }
      log.info('two')`)

    assert.equal(more, 'HOLDFAST_CONFIG')
    assert.deepEqual(
      events.map(({ message }) => message),
      ['one', 'two'],
    )
  })
})

describe('a context that is bound before init', () => {
  it('stays current after it', async () => {
    const { events } = await run(
      `
      let start
      const started = new Promise((resolve) => { start = resolve })
      const done = bind({ requestId: 'r' }, async () => { await started; log.info('later') })`,
      { late: 'start(); await done' },
    )

    assert.deepEqual(
      events.map(({ message, context }) => [message, context['request_id']]),
      [['later', 'r']],
    )
  })
})
