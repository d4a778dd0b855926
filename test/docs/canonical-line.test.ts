import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { makeRuntime, type Runtime, type RuntimeConfig } from '@holdfast/core'
import { hostileRecords, MemoryAdapter, makeRecord, PartialAdapter } from '@holdfast/testkit'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { HOSTILE_VALUES } from '../fixtures/hostile-values.js'
import { fencesOf } from './fences.js'
import { readPage, readSource } from './pages.js'

const schema = JSON.parse(readSource('docs/schema/event-v1.schema.json')) as {
  readonly properties: object
  readonly $defs: { readonly context: { readonly properties: object }; readonly error: { readonly properties: object } }
}
const validate: ValidateFunction = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema)
const TRACE = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', traceFlags: 1 }

/** The lines of what a function logs. */
async function linesOf(run: (runtime: Runtime) => void, config: RuntimeConfig = {}): Promise<readonly string[]> {
  const adapter = new MemoryAdapter({ sync: true })
  const runtime = makeRuntime({ service: 'shop', level: 'trace', ...config, adapters: [adapter] })
  run(runtime)
  await runtime.shutdown()
  return adapter.lines
}

function assertValid(lines: readonly string[], count: number): void {
  assert.equal(lines.length, count)
  for (const line of lines) assert.ok(validate(JSON.parse(line)), `${JSON.stringify(validate.errors)} ${line.slice(0, 400)}`)
}

describe('the schema of the canonical line accepts', () => {
  it('every level', async () => {
    const levels = ['trace', 'debug', 'info', 'warning', 'error', 'critical'] as const

    const lines = await linesOf((runtime) => {
      for (const level of levels) runtime.get().log(level, 'm')
    })

    assertValid(lines, 6)
  })

  it('errors with codes, causes, members and properties of their own', async () => {
    const cause = Object.assign(new Error('inner'), { code: 'ENOENT', errno: -2, path: '/x' })
    const outer = new RangeError('outer', { cause })
    const lines = await linesOf((runtime) => {
      const log = runtime.get()
      log.error('failed', outer)
      log.error('failed', new AggregateError([outer, 'text', null, 7, { a: 1 }], 'several'))
      log.error('failed', new Error('odd cause', { cause: ['not', 'an', 'error'] }))
      log.error('failed', Object.assign(new Error('odd code'), { code: { a: 1 }, stack: undefined }))
      log.error('failed', 'a text that was thrown', { n: 1 })
      log.error('failed', { err: outer })
      log.error(new Error('alone'))
    })

    assertValid(lines, 7)
    assert.equal(lines.filter((line) => line.includes('"error":{')).length, 7)
  })

  it('fields of a child, whether or not the call repeats them', async () => {
    const lines = await linesOf((runtime) => {
      const log = runtime.get('orders').child({ region: 'eu', n: 1 })
      log.info('m')
      log.info('m', { n: 2 })
    })

    assertValid(lines, 2)
  })

  it('the ids of a trace, from a provider and from a bound header', async () => {
    const provided = await linesOf((runtime) => void runtime.get().info('m'), { traceProvider: () => TRACE })
    const bound = await linesOf((runtime) => {
      runtime.bind({ traceparent: `00-${TRACE.traceId}-${TRACE.spanId}-01` }, () => runtime.get().info('m'))
    })

    assertValid([...provided, ...bound], 2)
    for (const line of [...provided, ...bound]) assert.match(line, /"trace_id":"4bf92f35/)
  })

  it('a context of every known field, and of keys of its own', async () => {
    const fields = {
      jobId: 'j',
      requestId: 'r',
      userId: 7n as never,
      userName: 'ann',
      hostname: 'h',
      processIdChain: [1, 2],
      tenant: 'acme',
    }
    const lines = await linesOf((runtime) => runtime.bind(fields, () => runtime.get().info('m')))

    assertValid(lines, 1)
    assert.deepEqual(Object.keys(JSON.parse(lines[0] ?? '').context).sort(), Object.keys(schema.$defs.context.properties).sort())
  })

  it('whatever a caller passes as a field, a message, an error or a context', async () => {
    let calls = 0
    const log = (runtime: Runtime): void => {
      for (const [, make] of HOSTILE_VALUES) {
        const logger = runtime.get()
        calls += 4
        logger.info('as a field', { value: make() })
        logger.info(make() as string)
        logger.error('as an error', make(), { n: 1 })
        runtime.bind({ tenant: make(), jobId: make() as string }, () => logger.info('in a context'))
      }
    }
    const lines = await linesOf(log)

    assert.ok(calls > 100)
    assertValid(lines, calls)
  })

  it('events that are cut because they are larger than a frame', async () => {
    const limits = { extraMaxTotalBytes: 1 << 20, extraMaxValueChars: 1 << 20 }
    const ring = { maxBytes: 32 << 20, segmentBytes: 16 << 20 }
    const lines = await linesOf((runtime) => void runtime.get().info('m', { text: '\u0001'.repeat(1 << 20) }), { limits, ring })

    assertValid(lines, 1)
  })

  it('the records that a lane writes when it asks whether any is taken, and about what it dropped', async (test) => {
    const spoolDir = mkdtempSync(join(tmpdir(), 'holdfast-aside-'))
    test.after(() => rmSync(spoolDir, { recursive: true }))
    const adapter = new PartialAdapter({ sync: true, refuses: ({ event }) => event.message === 'never taken' })
    const runtime = makeRuntime({ service: 'shop', adapters: [adapter], queue: { spoolDir }, diagnosticHook: () => undefined })
    runtime.get().info('never taken')
    await runtime.shutdown()

    assertValid(adapter.lines, 2)
    assert.equal(JSON.parse(adapter.lines[1] ?? '').message, '1 event dropped')
  })

  it('records of the testkit', () => {
    assertValid(
      [makeRecord(), ...hostileRecords()].map(({ json }) => json),
      1 + hostileRecords().length,
    )
  })

  it('every line of docs/canonical-line.md', () => {
    const blocks = fencesOf(readPage('docs/canonical-line.md')).filter(({ language }) => language === 'json')

    assert.ok(blocks.length > 0)
    assertValid(
      blocks.map(({ text }) => text),
      blocks.length,
    )
  })
})

describe('the schema of the canonical line refuses', () => {
  const line = makeRecord().event
  for (const [title, wrong] of [
    ['a member that it does not know', { ...line, user: 'ann' }],
    ['an unknown member of the context', { ...line, context: { tenant: 'acme' } }],
    ['an unknown member of an error', { ...line, error: { type: 'E', message: '', errno: 1 } }],
    ['a level whose number is that of another', { ...line, level: 'ERROR', level_value: 20 }],
    ['a level of its own', { ...line, level: 'NOTICE' }],
    ['a trace without a span', { ...line, trace_id: TRACE.traceId }],
    ['a line without an origin', { ...line, origin: undefined }],
    ['another version', { ...line, v: 2 }],
    ['a time with an offset', { ...line, timestamp: '2026-11-20T12:34:56.789012+01:00' }],
    ['null in place of an absent member', { ...line, extra: null }],
  ] as const) {
    it(title, () => {
      assert.equal(validate(JSON.parse(JSON.stringify(wrong))), false)
    })
  }
})
