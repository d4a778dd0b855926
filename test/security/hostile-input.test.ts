import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { ContextFields, Level, Logger, LogResult } from '@holdfast/api'
import { consoleAdapter } from '@holdfast/console'
import { type LimitsConfig, makeRuntime, type Runtime, type RuntimeConfig } from '@holdfast/core'
import { fileAdapter } from '@holdfast/file'
import fc from 'fast-check'
import { assertCanonical, lineBound } from '../fixtures/canonical-line.js'
import { HOSTILE_VALUES as RECIPES } from '../fixtures/hostile-values.js'
import { LineTail } from '../fixtures/line-tail.js'
import { temporaryFolder } from '../fixtures/spawn.js'

/** Made once: logging a value neither changes nor uses it up. */
const HOSTILE_VALUES = RECIPES.map(([name, make]) => [name, make()] as const)

type Place = (rig: Rig, value: unknown) => LogResult

/** Where a caller can put a value. */
const PLACES: Readonly<Record<string, Place>> = {
  'the only argument': ({ log }, value) => log.info(value),
  'the message': ({ log }, value) => log.info(value as string, { a: 1 }),
  'the second argument': ({ log }, value) => log.info('m', value),
  'the third argument': ({ log }, value) => log.info('m', new Error('x'), value as object),
  'surplus arguments': ({ log }, value) => log.info('m', new Error('x'), { args: 1 }, value, value),
  'all arguments': ({ log }, value) => log.info(value, value as string, value as object, value),
  'a field': ({ log }, value) => log.info('m', { value }),
  'nested fields': ({ log }, value) => log.info('m', { a: [{ b: value }], c: new Map([['d', value]]), e: new Set([value]) }),
  'the error fields': ({ log }, value) => log.info('m', { err: value, error: value }),
  'fields of requests': ({ log }, value) => log.info('m', { req: value, res: value }),
  'a function of fields': ({ log }, value) => log.info('m', () => value as object),
  'the error of a call': ({ log }, value) => log.info('m', value, { a: 1 }),
  'the cause of an error': ({ log }, value) => log.info('m', new Error('x', { cause: value })),
  'members of an AggregateError': ({ log }, value) => log.info('m', new AggregateError([value, value], 'x')),
  'properties of an error': ({ log }, value) =>
    log.info(
      'm',
      Object.assign(new Error('x'), { name: value, message: value, stack: value, code: value, detail: value, errors: value }),
    ),
  'fields of a child and of its call': ({ log }, value) =>
    log.with({ args: 1, ...many(value) }).info('m', new Error('x'), { surplus_args: 2, '…': 3, ...many(value) }, value),
  'fields of a child': ({ log }, value) => log.with({ value, a: value }).info('m', { a: 1 }),
  'all fields of a child': ({ log }, value) => log.with(value as object).info('m', { a: 1 }),
  'a serializer of a child': ({ log }, value) => log.child({}, { serializers: { a: () => value } }).info('m', { a: 1 }),
  'a field of the context': ({ runtime, log }, value) =>
    runtime.bind({ tenant: value, requestId: value as string }, () => log.info('m')),
  'all fields of the context': ({ runtime, log }, value) => runtime.bind(value as ContextFields, () => log.info('m')),
  'extra fields of the context': ({ runtime, log }, value) => runtime.bind({ extra: value }, () => log.info('m')),
  'a serializer': ({ log, give }, value) => give({ serialized: value }, () => log.info('m', { special: 1 })),
  'fields from a stage': ({ log, give }, value) => give({ fields: { value } }, () => log.info('m')),
  'the message from a stage': ({ log, give }, value) => give({ message: value }, () => log.info('m')),
  'the error from a stage': ({ log, give }, value) => give({ error: value }, () => log.info('m')),
  'what a stage returns': ({ log, give }, value) => give({ draft: value }, () => log.info('m')),
  'the trace': ({ log, give }, value) =>
    give({ trace: { traceId: value, spanId: value, traceFlags: value } }, () => log.info('m')),
}

/** More than the default limits keep, so that both objects end with a mark. */
function many(value: unknown): Record<string, unknown> {
  return {
    'Bearer abcdef123': 0,
    'Bearer bcdefg123': 1,
    ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}`, i < 2 ? value : i])),
  }
}

interface Rig {
  readonly runtime: Runtime
  readonly log: Logger
  readonly limits: LimitsConfig
  /** Lets stage, serializer and trace provider give this during one call. */
  readonly give: (given: Readonly<Record<string, unknown>>, run: () => LogResult) => LogResult
  /** Logs, and looks at the one line that came of it. */
  readonly expectOneLine: (what: string, run: () => LogResult, logger?: string) => void
}

const MINIMAL: LimitsConfig = {
  messageMaxChars: 1,
  extraMaxKeys: 1,
  extraMaxValueChars: 1,
  extraMaxDepth: 1,
  extraMaxItems: 1,
  extraMaxTotalBytes: 1,
  contextMaxKeys: 1,
  contextMaxValueChars: 5,
  stackMaxFrames: 1,
  stackMaxChars: 1,
  errorMaxCauses: 1,
}

const RAISED: LimitsConfig = {
  messageMaxChars: 16_384,
  extraMaxKeys: 2000,
  extraMaxValueChars: 60_000,
  extraMaxDepth: 60,
  extraMaxItems: 5000,
  extraMaxTotalBytes: 26_000,
  contextMaxKeys: 500,
  contextMaxValueChars: 2048,
  stackMaxFrames: 1000,
  stackMaxChars: 65_536,
  errorMaxCauses: 100,
}

/** Those that reach every part of the encoder, for all configurations but the default one. */
const TELLING_PLACES: ReadonlySet<string> = new Set([
  'all arguments',
  'nested fields',
  'properties of an error',
  'fields of a child and of its call',
  'a field of the context',
  'a serializer',
])

const CONFIGS: Readonly<Record<string, RuntimeConfig>> = {
  'the default limits': {},
  // stages see a copy of the fields: without them the encoder meets the caller's own object
  'no stages': { stages: [] },
  'minimal limits': { limits: MINIMAL },
  'raised limits and no scrubbing': { limits: RAISED, scrub: false, ring: { maxBytes: 8 << 20, segmentBytes: 1 << 20 } },
  'scrub paths': { scrub: { paths: ['extra.value', 'extra.a[*].b', 'error.cause', 'context.extra.tenant', 'error.extra.*'] } },
}

/** Those that see every value in every place. */
const THOROUGH: ReadonlySet<string> = new Set(['the default limits', 'no stages'])

function makeRig(test: TestContext, config: RuntimeConfig): Rig {
  const path = join(temporaryFolder(test), 'app.log')
  const tail = new LineTail(path)
  let shown: string[] = []
  let given: Readonly<Record<string, unknown>> = {}
  const runtime = makeRuntime({
    service: 'svc',
    stages: [(draft) => ('draft' in given ? (given['draft'] as typeof draft) : ({ ...draft, ...given } as typeof draft))],
    ...config,
    adapters: [fileAdapter({ path }), consoleAdapter({ format: 'json', stream: { write: (text: string) => shown.push(text) } })],
    serializers: { special: () => given['serialized'] },
    traceProvider: () => given['trace'] as never,
    diagnosticHook: () => undefined,
  })
  const limits = config.limits ?? {}
  const bound = lineBound(limits)
  test.after(async () => {
    tail.close()
    await runtime.shutdown()
  })
  const expectOneLine = (what: string, run: () => LogResult, logger?: string): void => {
    const from = Date.now()
    const seq = runtime.report().emitted + 1
    let result: LogResult
    try {
      result = run()
    } catch (error) {
      throw new Error(`${what}: it threw`, { cause: error })
    }
    const lines = tail.next()
    const console = shown
    shown = []
    assert.equal(result, 'accepted', what)
    assert.equal(lines.length, 1, `${what}: ${lines.length} lines`)
    const [line = ''] = lines
    try {
      assertCanonical(line, {
        origin: runtime.origin,
        seq,
        level: 'INFO',
        service: 'svc',
        from,
        to: Date.now(),
        ...(logger === undefined ? undefined : { logger }),
      })
    } catch (error) {
      throw new Error(`${what}: ${String(error).slice(0, 500)}`, { cause: error })
    }
    assert.deepEqual(console, [`${line}\n`], what)
    assert.ok(Buffer.byteLength(line) <= bound, `${what}: ${Buffer.byteLength(line)} bytes, at most ${bound} expected`)
  }
  const give = (what: Readonly<Record<string, unknown>>, run: () => LogResult): LogResult => {
    given = what
    try {
      return run()
    } finally {
      given = {}
    }
  }
  return { runtime, log: runtime.get('hostile'), limits, give, expectOneLine }
}

describe('hostile input', () => {
  for (const [configName, config] of Object.entries(CONFIGS)) {
    for (const [placeName, place] of Object.entries(PLACES)) {
      if (!THOROUGH.has(configName) && !TELLING_PLACES.has(placeName)) continue
      // null refuses the event, and that is what it is for
      const values = HOSTILE_VALUES.filter(([name]) => placeName !== 'what a stage returns' || name !== 'null')

      it(`becomes one valid line, whatever is ${placeName}, with ${configName}`, (test) => {
        const rig = makeRig(test, config)

        for (const [name, value] of values) {
          rig.expectOneLine(`${name} as ${placeName}`, () => place(rig, value), 'hostile')
        }
      })
    }
  }

  it('may be the name of a logger', (test) => {
    const { runtime, expectOneLine } = makeRig(test, {})
    const texts = HOSTILE_VALUES.map(([, value]) => value).filter((value) => typeof value === 'string')

    for (const text of texts) expectOneLine(text.slice(0, 20), () => runtime.get(text).info('m'))
    for (const text of ['__proto__', 'constructor', 'toString']) expectOneLine(text, () => runtime.get(text).info('m'), text)
  })

  it('may be the level of a call', (test) => {
    const { log } = makeRig(test, {})

    for (const [name, value] of HOSTILE_VALUES) {
      const level = value as Level
      assert.doesNotThrow(() => log.log(level, 'm'), name)
      assert.doesNotThrow(() => log.isEnabled(level), name)
    }
  })

  it('may be what the process binds', (test) => {
    for (const [name, value] of HOSTILE_VALUES) {
      const { runtime, log, expectOneLine } = makeRig(test, {})
      assert.doesNotThrow(() => runtime.bindProcess({ tenant: value }), name)
      expectOneLine(`${name} bound to the process`, () => log.info('m'))
      // what the process says of itself may change the service, but never the shape of the line
      assert.doesNotThrow(() => runtime.bindProcess(value as ContextFields), name)
      assert.equal(log.info('m'), 'accepted')
    }
  })

  it('changes nothing that it was given', (test) => {
    const { log } = makeRig(test, {})
    const fields = { a: { b: [1, { password: 'hunter2' }] }, error: new Error('x'), map: new Map([['token', 'abc']]) }
    const before = JSON.stringify(fields)

    log.with(fields).info('m', Object.freeze(fields))

    assert.equal(JSON.stringify(fields), before)
    assert.equal(fields.map.get('token'), 'abc')
    assert.equal(({} as { polluted?: unknown }).polluted, undefined)
  })

  it('becomes one valid line for arbitrary values in arbitrary places under arbitrary limits', async (test) => {
    const limits = fc.record(
      {
        messageMaxChars: fc.integer({ min: 1, max: 5000 }),
        extraMaxKeys: fc.integer({ min: 1, max: 50 }),
        extraMaxValueChars: fc.integer({ min: 1, max: 2000 }),
        extraMaxDepth: fc.integer({ min: 1, max: 64 }),
        extraMaxItems: fc.integer({ min: 1, max: 200 }),
        extraMaxTotalBytes: fc.integer({ min: 1, max: 9000 }),
        contextMaxKeys: fc.integer({ min: 1, max: 30 }),
        // shorter than the name of the service, which is looked at, would cut it
        contextMaxValueChars: fc.integer({ min: 3, max: 300 }),
        stackMaxFrames: fc.integer({ min: 1, max: 60 }),
        stackMaxChars: fc.integer({ min: 1, max: 17_000 }),
        errorMaxCauses: fc.integer({ min: 1, max: 20 }),
      },
      { requiredKeys: [] },
    )
    const scrub = fc.constantFrom<RuntimeConfig['scrub']>(
      false,
      {},
      { values: false },
      { keys: ['a', '!token'] },
      { replacement: '"\n' },
    )
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('"', '\\', '\n', '\u0000', '\u0085', '\u2028', '\ud800', '😀', '=', ':', '{'),
        fc.string({ minLength: 1, maxLength: 1 }),
      ),
    })
    const anything = fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withObjectString: true,
      withSparseArray: true,
      withTypedArray: true,
      key: text,
      values: [text, fc.integer(), fc.double(), fc.constant(undefined)],
    })
    // by number: fast-check would touch the values themselves
    const value = fc.oneof(
      anything.map((made) => ({ made })),
      fc.nat(HOSTILE_VALUES.length - 1).map((index) => ({ index })),
    )
    const place = fc.constantFrom(...Object.entries(PLACES))
    const calls = fc.array(fc.tuple(place, value), { minLength: 1, maxLength: 20 })

    await fc.assert(
      fc.property(limits, scrub, fc.boolean(), calls, (some, scrubbing, hasStages, calls) => {
        const rig = makeRig(test, {
          limits: some,
          ring: { maxBytes: 4 << 20, segmentBytes: 1 << 20 },
          ...(hasStages ? undefined : { stages: [] }),
          ...(scrubbing === undefined ? undefined : { scrub: scrubbing }),
        })
        for (const [[name, put], chosen] of calls) {
          const what = 'made' in chosen ? chosen.made : HOSTILE_VALUES[chosen.index]?.[1]
          if (name === 'what a stage returns' && what === null) continue
          rig.expectOneLine(name, () => put(rig, what))
        }
      }),
      { numRuns: 60 },
    )
  })
})
