import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Draft, Stage } from '@holdfast/core'
import pino from 'pino'
import { imbalances, startLogging } from './fixtures/logged.js'

const add =
  (fields: object): Stage =>
  (draft) => ({ ...draft, fields: { ...draft.fields, ...fields } })

describe('a stage', () => {
  it('sees the event as it is: level, logger, time, message, fields, error and context', () => {
    const drafts: Draft[] = []
    const { runtime, log, clock } = startLogging({
      stages: [
        (draft) => {
          drafts.push(draft)
          return draft
        },
      ],
    })
    const boom = new Error('boom')

    runtime.bind({ jobId: 'j', tenant: 'acme' }, () => log.warn('hello', boom, { a: 1 }))

    const { context, ...draft } = drafts[0] as Draft
    assert.deepEqual(draft, {
      level: 'warning',
      logger: 'app',
      time: clock.now(),
      message: 'hello',
      fields: { a: 1 },
      error: boom,
    })
    assert.deepEqual([context.service, context.job_id, context.extra], ['test', 'j', { tenant: 'acme' }])
  })

  it('enriches the event, each what the one before it made', () => {
    const { log, last } = startLogging({
      stages: [add({ b: 1 }), add({ b: 2, c: 2 }), (draft) => ({ ...draft, message: `${draft.message}!` })],
    })

    log.info('hello', { a: 1 })

    assert.deepEqual([last().message, last().extra], ['hello!', { a: 1, b: 2, c: 2 }])
  })

  it('may add and take away the error', () => {
    const { log, events } = startLogging({
      stages: [(draft) => ({ ...draft, error: draft.error === undefined ? new Error('added') : undefined })],
    })

    log.info('none')
    log.info('one', new Error('x'))

    assert.deepEqual(
      events().map(({ error }) => error?.message),
      ['added', undefined],
    )
  })

  it('refuses the event with null, which is counted, and those behind it are not asked', () => {
    let asked = 0
    const { log, events, runtime } = startLogging({
      stages: [
        ({ message, ...draft }) => (message === 'secret' ? null : { message, ...draft }),
        (draft) => {
          asked++
          return draft
        },
      ],
    })

    const results = [log.info('secret'), log.info('open')]

    assert.deepEqual(results, ['refused', 'accepted'])
    assert.deepEqual(
      events().map(({ message, seq }) => [message, seq]),
      [['open', 1]],
    )
    assert.equal(asked, 1)
    assert.deepEqual(runtime.report().refused, { stage: 1 })
    assert.deepEqual(imbalances(runtime.report()), [])
  })

  it('that throws is passed over and reported, and the next one is asked', () => {
    const { log, last, seen } = startLogging({
      stages: [
        function broken() {
          throw new RangeError('no')
        },
        add({ b: 2 }),
      ],
    })

    const result = log.info('hello', { a: 1 })

    assert.equal(result, 'accepted')
    assert.deepEqual(last().extra, { a: 1, b: 2 })
    assert.deepEqual(seen.of('stage_error'), [{ stage: 'broken', error: 'RangeError: no' }])
  })

  const WRONG: readonly (readonly [title: string, value: unknown])[] = [
    ['nothing', undefined],
    ['a text', 'hello'],
    ['an object without fields', { message: 'x' }],
    ['an object without a message', { fields: {} }],
    ['a message that is no text', { fields: {}, message: 5 }],
    ['a promise', Promise.resolve(null)],
    ['true', true],
  ]
  for (const [title, value] of WRONG) {
    it(`that returns ${title} is passed over and reported`, () => {
      const { log, last, seen } = startLogging({ stages: [() => value as Draft] })

      log.info('hello', { a: 1 })

      assert.deepEqual([last().message, last().extra], ['hello', { a: 1 }])
      assert.match(seen.of('stage_error')[0]?.error ?? '', /Expected the stage to return a draft or null, got/)
    })
  }

  it('runs before scrubbing: a secret that it adds is scrubbed', () => {
    const { log, memory } = startLogging({ stages: [add({ password: 'hunter2', note: 'Bearer abcdefghijklmnopqrstuvwxyz0' })] })

    log.info('hello')

    assert.doesNotMatch(memory.lines.join(''), /hunter2|abcdefghijklmnop/)
  })

  it('keeps surplus arguments, bound fields and a message that is no text as they are without stages', () => {
    const plain = startLogging()
    const staged = startLogging({ stages: [(draft) => draft] })
    for (const { log } of [plain, staged]) {
      log.child({ bound: 1 }).info('hello', undefined, { a: 1 }, 2, 3)
      log.info([1, { b: 2 }])
      log.info(new Error('boom'))
      log.info({ msg: 'pino' })
    }

    const shown = [plain, staged].map(({ events }) =>
      events().map(({ message, extra, error }) => [message, extra, error?.message]),
    )

    assert.deepEqual(shown[1], shown[0])
  })

  it('that logs is refused there, and the event is kept', () => {
    const results: string[] = []
    const { runtime, log, events } = startLogging({
      stages: [
        (draft) => {
          results.push(runtime.get('inner').info('inside', undefined, { b: 1 }, 2))
          return draft
        },
      ],
      rateLimit: { maxEvents: 1, intervalMs: 10 },
    })

    log.info('outside', { a: 1 })

    assert.deepEqual(results, ['refused'])
    assert.deepEqual(
      events().map(({ message, extra }) => [message, extra]),
      [['outside', { a: 1 }]],
    )
  })

  it('may not change what the caller passed', () => {
    const fields = { a: 1 }
    const { log } = startLogging({ stages: [add({ b: 2 })] })

    log.info('hello', fields)

    assert.deepEqual(fields, { a: 1 })
  })
})

describe('serializers', () => {
  it('turn a field of their name into what is logged, at the top only', () => {
    const { log, last } = startLogging({ serializers: { user: (user: { readonly id: number }) => user.id } })

    log.info('hello', { user: { id: 7, secret: 'x' }, deep: { user: { id: 8 } } })

    assert.deepEqual(last().extra, { user: 7, deep: { user: { id: 8 } } })
  })

  it('are not shown a value under a secret name', () => {
    let calls = 0
    const { log, last } = startLogging({ serializers: { password: () => ++calls } })

    log.info('hello', { password: 'hunter2' })

    assert.equal(calls, 0)
    assert.deepEqual(last().extra, { password: '[REDACTED]' })
  })

  it('may take the place of the built-in one for errors under err', () => {
    const { log, last } = startLogging({ serializers: { err: (error: Error) => `E:${error.message}` } })

    log.info('hello', { err: new Error('boom') })

    assert.deepEqual([last().extra, last().error], [{ err: 'E:boom' }, undefined])
  })

  it('leave an error the error of the event when they are those of pino', () => {
    const { log, last } = startLogging()
    const child = log.child({}, { serializers: { err: pino.stdSerializers.err } })
    const error = new RangeError('outer', { cause: new Error('inner') })

    child.error({ err: error, n: 1 }, 'failed')

    assert.deepEqual(last().extra, { n: 1 })
    assert.equal(last().error?.type, 'RangeError')
    assert.match(JSON.stringify(last().error?.cause), /"message":"inner"/)
  })
})
