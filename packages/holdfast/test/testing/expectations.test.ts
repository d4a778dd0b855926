import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { inspect } from 'node:util'
import { get } from 'holdfast'
import { type CapturedLogs, captureLogs, LogExpectationError, type LogQuery } from 'holdfast/testing'

const log = get('orders')

/** Three records, and the capture stopped. */
function threeRecords(): CapturedLogs {
  const logs = captureLogs()
  log.info('order placed', { items: 3, tags: ['a', 'b'], customer: { id: 7, name: 'ann' } })
  log.child({ region: 'eu' }).warn('slow\n\u001b[31mquery', { ms: 812 })
  log.error('failed', Object.assign(new RangeError('too large', { cause: new Error('inner') }), { code: 'ERR_SIZE' }))
  logs.stop()
  return logs
}

const LIST = [
  '  1  INFO  orders order placed  items=3 tags=["a","b"] customer={"id":7,"name":"ann"}',
  '  2  WARN  orders slow\\n\\x1b[31mquery  region=eu ms=812',
  '  3  ERROR orders failed',
  '       RangeError: too large (ERR_SIZE)',
  '       caused by Error: inner',
].join('\n')

describe('a query finds records', () => {
  const logs = threeRecords()
  const FOUND: readonly (readonly [title: string, query: LogQuery, found: readonly number[]])[] = [
    ['by message', 'order placed', [1]],
    ['by a part of the message only with a regular expression', 'order', []],
    ['by a regular expression', /order|slow/, [1, 2]],
    ['by a regular expression that remembers where it was', /o/g, [1, 2]],
    ['by a function', ({ seq }) => seq > 1, [2, 3]],
    ['by level, with its aliases, in any case', { level: 'WARN' }, [2]],
    ['by logger', { logger: 'orders' }, [1, 2, 3]],
    ['by logger and a regular expression', { logger: /^ord/, message: /^f/ }, [3]],
    ['by fields, whatever others there are', { extra: { items: 3, customer: { id: 7 } } }, [1]],
    ['by whole arrays', { extra: { tags: ['a'] } }, []],
    ['by absent fields', { extra: { items: undefined } }, [2]],
    ['by context', { context: { service: 'test', process_id: 1 } }, [1, 2, 3]],
    ['by message of the error', { error: 'too large' }, [3]],
    ['by members of the error', { error: { type: 'RangeError', code: 'ERR_SIZE', cause: { message: /inn/ } } }, [3]],
    ['by a matcher of a test runner', { extra: { ms: { asymmetricMatch: (value: unknown) => Number(value) > 800 } } }, [2]],
    ['by nothing at all', {}, [1, 2, 3]],
  ]
  for (const [title, query, found] of FOUND) {
    it(title, () => {
      assert.deepEqual(
        logs.filter(query).map(({ seq }) => seq),
        found,
      )
      assert.equal(logs.find(query)?.seq, found[0])
    })
  }

  it('but not by a level that is none', () => {
    assert.throws(() => logs.find({ level: 'loud' as 'info' }), /Expected `level` to be a level name, got `loud`/)
  })
})

describe('expect', () => {
  it('answers with the first record that matches', () => {
    assert.equal(threeRecords().expect({ level: 'warning' }).extra?.['ms'], 812)
  })

  const FAILURES: readonly (readonly [query: LogQuery, first: string, last: string])[] = [
    ['order paid', "Expected a record with message 'order paid', got 3 records:", ''],
    [/paid/, 'Expected a record with message /paid/, got 3 records:', ''],
    [(record) => record.seq > 3, 'Expected a record that the function accepts, got 3 records:', ''],
    [
      { level: 'info', message: 'order placed', extra: { items: 4 } },
      "Expected a record like { level: 'info', message: 'order placed', extra: { items: 4 } }, got 3 records:",
      '\nNearest is 1: extra.items is 3, expected 4.',
    ],
    [
      { level: 'error', error: /size/ },
      "Expected a record like { level: 'error', error: /size/ }, got 3 records:",
      "\nNearest is 3: error.message is 'too large', expected /size/.",
    ],
    [
      { logger: 'orders', context: { request_id: 'r' }, trace_id: /./ },
      "Expected a record like { logger: 'orders', context: { request_id: 'r' }, trace_id: /./ }, got 3 records:",
      "\nNearest is 3: context.request_id is absent, expected 'r'; trace_id is absent, expected /./.",
    ],
    [{ message: 'nothing alike' }, "Expected a record like { message: 'nothing alike' }, got 3 records:", ''],
  ]
  for (const [query, first, last] of FAILURES) {
    it(`says: ${first}`, () => {
      const logs = threeRecords()

      assert.throws(() => logs.expect(query), { name: 'LogExpectationError', message: `${first}\n${LIST}${last}` })
    })
  }

  it('points at the line of the test', () => {
    const logs = threeRecords()

    assert.throws(
      () => logs.expect('no'),
      (error) => error instanceof LogExpectationError && /expectations\.test/.test(error.stack?.split('\n    at ')[1] ?? ''),
    )
  })

  it('says when there is nothing, and shows no more than the last fifty', () => {
    using logs = captureLogs()
    assert.throws(() => logs.expect('no'), { message: "Expected a record with message 'no', got no records." })
    for (let n = 1; n <= 60; n++) log.info(`record ${n}`)

    assert.throws(
      () => logs.expect('no'),
      ({ message }: Error) =>
        message.split('\n').length === 52 && message.includes('\n  … 10 earlier\n  11  ') && message.endsWith('record 60'),
    )
  })

  describe('of a capture that was made in a hook', () => {
    let logs: CapturedLogs
    beforeEach(() => {
      logs = captureLogs()
    })

    it('says what to do instead', () => {
      log.info('not captured')

      assert.throws(() => logs.expect('not captured'), /started in another async context, as in a hook\. .*`scope: process`/)
    })
  })

  describe('of a capture of the process that was made in a hook', () => {
    let logs: CapturedLogs
    beforeEach((context) => {
      logs = captureLogs({ scope: 'process' })
      ;(context as { after?(run: () => void): void }).after?.(() => logs.stop())
    })

    it('has what the test logs', () => {
      log.info('captured')
      logs.stop()

      assert.equal(logs.expect('captured').message, 'captured')
    })
  })
})

describe('expectNone', () => {
  it('is silent when nothing matches', () => {
    threeRecords().expectNone({ level: 'critical' })
    captureLogs((logs) => logs.expectNone())
  })

  it('marks what matches', () => {
    const logs = threeRecords()
    const marked = LIST.replace('  3  ERROR', '> 3  ERROR')

    assert.throws(() => logs.expectNone({ level: 'error' }), {
      name: 'LogExpectationError',
      message: `Expected no record like { level: 'error' }, got 1 of 3 records:\n${marked}`,
    })
    assert.throws(() => logs.expectNone(), /^LogExpectationError: Expected no record, got 3 of 3 records:\n> 1 /)
  })
})

describe('waitFor', () => {
  it('answers with a record that is there, or with the next that matches', async () => {
    using logs = captureLogs()
    log.info('there', { n: 1 })
    const there = await logs.waitFor('there')
    const next = logs.waitFor(/^later/)
    log.info('other')
    setImmediate(() => log.info('later', { n: 2 }))

    assert.deepEqual([there.extra, (await next).extra], [{ n: 1 }, { n: 2 }])
  })

  it('gives up after a time', async () => {
    using logs = captureLogs()
    log.info('there')

    await assert.rejects(logs.waitFor('no', { timeoutMs: 5 }), {
      name: 'LogExpectationError',
      message: "Waited 5 ms. Expected a record with message 'no', got 1 record:\n  1  INFO  orders there",
    })
  })
})

describe('a capture as text', () => {
  it('is its list for inspect', () => {
    assert.equal(inspect(threeRecords()), `CapturedLogs of 3 records:\n${LIST}`)
    assert.equal(inspect(captureLogs((logs) => logs)), 'CapturedLogs of no records')
  })

  it('is its records without numbers, times and stacks for snapshots', () => {
    const { text } = threeRecords()

    assert.equal(text, LIST.replaceAll(/^ {2}\d {2}/gm, '').replaceAll(/^ {7}/gm, '  '))
  })
})
