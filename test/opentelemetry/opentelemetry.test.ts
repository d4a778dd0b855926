import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import { context, propagation, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api'
import { AlwaysOffSampler, NodeTracerProvider, ParentBasedSampler } from '@opentelemetry/sdk-trace-node'
import { bind, bindFunction, get, type LogEvent } from 'holdfast'
import { captureLogs } from 'holdfast/testing'
import { install } from '../fixtures/installation.js'
import { PATIENCE_MS } from '../fixtures/patience.js'
import { cleanEnv, temporaryFolder } from '../fixtures/spawn.js'

const log = get('orders')
const provider = new NodeTracerProvider()
provider.register()
after(() => provider.shutdown())
const tracer = trace.getTracer('test')

function idsOf({ trace_id, span_id, trace_flags }: Partial<LogEvent>): object {
  return { trace_id, span_id, trace_flags }
}

function idsOfSpan(span: Span): object {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return { trace_id: traceId, span_id: spanId, trace_flags: `0${traceFlags}` }
}

/** Runs inside a new active span, and ends it. */
function inSpan<T>(name: string, run: (span: Span) => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, (span) => run(span).finally(() => span.end()))
}

describe('events carry the ids of the active span', () => {
  it('of the innermost, at each call, across awaits and timers', async () => {
    using logs = captureLogs()
    const spans: Span[] = []

    log.info('before')
    await inSpan('outer', async (outer) => {
      log.info('outer')
      await inSpan('inner', async (inner) => {
        spans.push(outer, inner)
        await pause(1)
        log.info('inner')
      })
      await turn()
      log.info('outer again')
    })
    log.info('behind')

    const [outer, inner] = spans.map(idsOfSpan)
    const none = idsOf({})
    assert.deepEqual(logs.records.map(idsOf), [none, outer, inner, outer, none])
    assert.equal(Reflect.get(outer ?? {}, 'trace_id'), Reflect.get(inner ?? {}, 'trace_id'))
  })

  it('each of its own, while many are under way', async () => {
    using logs = captureLogs()
    const work = (n: number): Promise<object> =>
      inSpan(`job ${n}`, async (outer) => {
        await pause(n % 3)
        return inSpan(`step ${n}`, async (span) => {
          await pause(n % 2)
          log.info('step', { n })
          assert.equal(span.spanContext().traceId, outer.spanContext().traceId)
          return idsOfSpan(span)
        })
      })

    const expected = await Promise.all(Array.from({ length: 50 }, (_, n) => work(n)))

    assert.equal(logs.records.length, 50)
    for (const record of logs.records) assert.deepEqual(idsOf(record), expected[Number(record.extra?.['n'])])
  })

  it('before those of a bound traceparent, which count where no span is active', async () => {
    using logs = captureLogs()
    const header = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`

    await bind({ traceparent: header }, async () => {
      log.info('bound')
      await inSpan('span', async () => log.info('span'))
    })

    const [bound, span] = logs.records
    assert.deepEqual(idsOf(bound ?? {}), { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16), trace_flags: '01' })
    assert.notEqual(span?.trace_id, bound?.trace_id)
  })

  it('of the caller, whose header was extracted', () => {
    using logs = captureLogs()
    const carrier = { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' }

    context.with(propagation.extract(ROOT_CONTEXT, carrier), () => log.info('remote'))

    assert.equal(logs.expect('remote').trace_id, '4bf92f3577b34da6a3ce929d0e0e4736')
    assert.equal(logs.expect('remote').span_id, '00f067aa0ba902b7')
  })

  it('also of one that is not sampled, and says so', async () => {
    using logs = captureLogs()
    const quiet = new NodeTracerProvider({ sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }) })

    quiet.getTracer('quiet').startActiveSpan('unsampled', (span) => {
      log.info('unsampled')
      assert.deepEqual(idsOf(logs.expect('unsampled')), idsOfSpan(span))
    })

    assert.equal(logs.expect('unsampled').trace_flags, '00')
    await quiet.shutdown()
  })

  it('in a callback from elsewhere that is tied with bindFunction', async () => {
    using logs = captureLogs()
    const bus = new EventEmitter()
    let expected: object | undefined

    await inSpan('span', async (span) => {
      expected = idsOfSpan(span)
      bus.once(
        'paid',
        bindFunction(() => log.info('tied')),
      )
    })
    bus.emit('paid')

    assert.deepEqual(idsOf(logs.expect('tied')), expected)
  })
})

describe('an application', () => {
  it('that has @opentelemetry/api but does not load it is not made to', (test) => {
    const folder = temporaryFolder(test)
    install(folder)
    const home = join(folder, 'node_modules/@opentelemetry/api')
    mkdirSync(home, { recursive: true })
    writeFileSync(join(home, 'package.json'), '{ "name": "@opentelemetry/api", "version": "1.9.0", "main": "index.js" }')
    writeFileSync(join(home, 'index.js'), "console.log('loaded')")
    const source = "import { get, init } from 'holdfast'; init(); for (let i = 0; i < 100; i++) get().info('one')"

    const { stdout, status } = run(folder, source)

    assert.equal(status, 0)
    assert.equal(stdout.split('\n').filter((line) => line.startsWith('{')).length, 100)
    assert.doesNotMatch(stdout, /loaded/)
  })

  it('in ES modules has the ids when telemetry is set up by --import, as its documentation says', (test) => {
    const folder = temporaryFolder(test)
    const url = (name: string): string => JSON.stringify(import.meta.resolve(name))
    writeFileSync(
      join(folder, 'instrumentation.mjs'),
      `import { NodeTracerProvider } from ${url('@opentelemetry/sdk-trace-node')}; new NodeTracerProvider().register()`,
    )
    const source = `
      import { trace } from ${url('@opentelemetry/api')}
      import { get, init } from ${url('holdfast')}
      init()
      trace.getTracer('app').startActiveSpan('first', (span) => {
        get().info('one', { trace: span.spanContext().traceId })
        span.end()
      })`

    const { stdout, status, stderr } = run(folder, source, ['--import', './instrumentation.mjs'])

    assert.equal(status, 0, stderr)
    const { trace_id, extra } = JSON.parse(stdout) as LogEvent
    assert.match(trace_id ?? '', /^[\da-f]{32}$/)
    assert.equal(trace_id, extra?.['trace'])
  })
})

function run(
  cwd: string,
  source: string,
  args: readonly string[] = [],
): { stdout: string; stderr: string; status: number | null } {
  return spawnSync(process.execPath, [...args, '--input-type=module', '--eval', source], {
    cwd,
    env: cleanEnv({ LOG_PRESET: 'container' }),
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  })
}
