import assert from 'node:assert/strict'
import { afterEach, describe, it } from 'node:test'
import type { LogEvent } from '@holdfast/api'
import type { TraceContext } from '@holdfast/core'
import { startLogging } from './fixtures/logged.js'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const OTHER = { traceId: 'f'.repeat(32), spanId: 'e'.repeat(16), traceFlags: 1 }
const HEADER = `00-${TRACE}-${SPAN}-01`
const BOUND = { trace_id: TRACE, span_id: SPAN, trace_flags: '01' }
const LIVE = { trace_id: OTHER.traceId, span_id: OTHER.spanId, trace_flags: '01' }

function ids({ trace_id, span_id, trace_flags }: LogEvent): object {
  return trace_id === undefined ? {} : { trace_id, span_id, trace_flags }
}

describe('a traceparent in a bind', () => {
  it('gives its ids to the events inside, and to no others', () => {
    const { runtime, log, events } = startLogging()

    runtime.bind({ traceparent: HEADER, jobId: 'j' }, () => log.info('x'))
    log.info('x')

    assert.deepEqual(events().map(ids), [BOUND, {}])
    assert.equal(events()[0]?.context.extra, undefined)
  })

  it('is inherited with undefined and cleared with null', () => {
    const { runtime, log, events } = startLogging()

    runtime.bind({ traceparent: HEADER }, () => {
      runtime.bind({ traceparent: undefined }, () => log.info('x'))
      runtime.bind({ traceparent: null }, () => log.info('x'))
    })

    assert.deepEqual(events().map(ids), [BOUND, {}])
  })

  it('counts for the whole process when it is bound to it, unless a bind clears it', () => {
    const { runtime, log, events } = startLogging()

    runtime.bindProcess({ traceparent: HEADER })
    log.info('x')
    runtime.bind({ jobId: 'j' }, () => log.info('x'))
    runtime.bind({ traceparent: null }, () => log.info('x'))

    assert.deepEqual(events().map(ids), [BOUND, BOUND, {}])
  })

  const IGNORED: readonly (readonly [title: string, header: unknown])[] = [
    ['nothing', ''],
    ['words', 'not a header'],
    ['a short trace id', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['the forbidden version', `ff-${TRACE}-${SPAN}-01`],
    ['letters that are no digits', `00-${'g'.repeat(32)}-${SPAN}-01`],
    ['a number', 5],
    ['an object', {}],
    ['a header without end', `${HEADER}-${'a'.repeat(500)}`],
  ]
  for (const [title, header] of IGNORED) {
    it(`is ignored when it is ${title}`, () => {
      const { runtime, log, last } = startLogging()

      runtime.bind({ traceparent: header as string, jobId: 'j' }, () => log.info('x'))

      assert.deepEqual(ids(last()), {})
      assert.equal(last().context.job_id, 'j')
    })
  }

  it('is understood in capitals, with blanks around it, and in a later version with more parts', () => {
    const { runtime, log, events } = startLogging()

    for (const traceparent of [` ${HEADER.toUpperCase()} `, `01-${TRACE}-${SPAN}-01-more`])
      runtime.bind({ traceparent }, () => log.info('x'))

    assert.deepEqual(events().map(ids), [BOUND, BOUND])
  })
})

describe('a trace provider', () => {
  it('wins over a bound traceparent, and is asked at each call', () => {
    let current: TraceContext | undefined
    const { runtime, log, events } = startLogging({ traceProvider: () => current })

    runtime.bind({ traceparent: HEADER }, () => {
      log.info('x')
      current = OTHER
      log.info('x')
    })

    assert.deepEqual(events().map(ids), [BOUND, LIVE])
  })

  const INVALID: readonly (readonly [title: string, trace: unknown])[] = [
    ['a span that is not recorded', { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 }],
    ['ids of another length', { traceId: 'abc', spanId: 'def', traceFlags: 0 }],
    ['text that would break the line', { traceId: `"${'a'.repeat(31)}`, spanId: SPAN, traceFlags: 0 }],
    ['null', null],
    ['a text', 'trace'],
  ]
  for (const [title, trace] of INVALID) {
    it(`that answers with ${title} leaves the bound ids in force`, () => {
      const { runtime, log, last } = startLogging({ traceProvider: () => trace as TraceContext })

      runtime.bind({ traceparent: HEADER }, () => log.info('x'))

      assert.deepEqual(ids(last()), BOUND)
    })
  }

  it('that throws is reported once for each call, and the event is kept', () => {
    const { runtime, log, events, seen } = startLogging({
      traceProvider: () => {
        throw new Error('no tracer')
      },
    })

    runtime.bind({ traceparent: HEADER }, () => log.info('one'))
    log.info('two')

    assert.deepEqual(events().map(ids), [BOUND, {}])
    assert.deepEqual(seen.of('trace_provider_error'), [{ error: 'Error: no tracer' }, { error: 'Error: no tracer' }])
  })

  it('gives the traceparent of a serialized context', () => {
    const { runtime } = startLogging({ traceProvider: () => OTHER })

    assert.equal(runtime.serializeContext().traceparent, `00-${OTHER.traceId}-${OTHER.spanId}-01`)
  })
})

describe('OpenTelemetry', () => {
  const API = Symbol.for('opentelemetry.js.api.1')
  const home = globalThis as unknown as Record<symbol, { context?: unknown } | undefined>
  /** While it is not there, its place is looked at once in so many calls. */
  const CALLS_UNTIL_FOUND = 32
  const api: { context?: unknown } = {}

  function activate(span: () => unknown): void {
    home[API] = api
    api.context = {
      active: () => ({ getValue: (key: symbol) => (key === Symbol.for('OpenTelemetry Context Key SPAN') ? span() : undefined) }),
    }
  }

  afterEach(() => {
    delete api.context
  })

  it('is found without being imported when it comes late, and asked at each call', () => {
    const { log, events } = startLogging()
    let span: TraceContext | undefined = OTHER
    log.info('before')
    activate(() => (span === undefined ? undefined : { spanContext: () => span }))
    for (let i = 0; i < CALLS_UNTIL_FOUND; i++) log.info('x')

    log.info('inside')
    span = undefined
    log.info('outside')

    const [inside, outside] = events().slice(-2)
    assert.deepEqual(
      [inside, outside].map((event) => ids(event as LogEvent)),
      [LIVE, {}],
    )
  })

  it('gives the traceparent of a serialized context', () => {
    const { runtime, log } = startLogging()
    activate(() => ({ spanContext: () => OTHER }))
    for (let i = 0; i < CALLS_UNTIL_FOUND; i++) log.info('x')

    assert.equal(runtime.serializeContext().traceparent, `00-${OTHER.traceId}-${OTHER.spanId}-01`)
  })

  it('that throws costs the ids and not the event', () => {
    const { log, last, seen } = startLogging()
    activate(() => {
      throw new Error('broken')
    })
    for (let i = 0; i < CALLS_UNTIL_FOUND; i++) log.info('x')
    seen.clear()

    const result = log.info('hello')

    assert.equal(result, 'accepted')
    assert.equal(last().message, 'hello')
    assert.deepEqual(seen.of('trace_provider_error'), [{ error: 'Error: broken' }])
  })
})
