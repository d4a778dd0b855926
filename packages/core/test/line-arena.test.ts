import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { LineArena } from '../dist/ring/line-arena.js'
import { newOrigin } from '../dist/ring/origin.js'
import { type EventTexts, Producer } from '../dist/ring/producer.js'
import { FrameReader } from '../dist/ring/reader.js'
import { Ring } from '../dist/ring/ring.js'

const ORIGIN = newOrigin()

/** The lines of a ring, built twice: as bytes, and as strings. */
function linesOf(ring: Ring): { readonly bytes: readonly string[]; readonly strings: readonly string[] } {
  const reader = new FrameReader(ORIGIN)
  const arena = new LineArena()
  const bytes: string[] = []
  const strings: string[] = []
  const take = (): void => {
    const text = arena.bytes.toString('utf8', arena.start, arena.end)
    if (text !== '') bytes.push(...text.slice(0, -1).split('\n'))
    assert.equal(arena.count === 0 ? arena.start : arena.ends[arena.count - 1], arena.end)
    arena.reset()
  }
  for (const segment of ring.segments) {
    for (let offset = 0; offset < segment.used; offset += reader.length) {
      if (reader.read(segment, offset) !== 'event') continue
      strings.push(reader.record().json)
      if (arena.add(reader)) continue
      take()
      assert.ok(arena.add(reader), 'the first line of a block always fits')
    }
  }
  take()
  return { bytes, strings }
}

describe('line arena', () => {
  it('builds the same lines from memory as the reader builds as strings, whatever is in them', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 }).map((value) => JSON.stringify(value))
    const object = fc
      .dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 })
      .map((value) => JSON.stringify(value))
    const event = fc.record({
      message: fc.oneof(fc.constantFrom('"a"', '"b"'), text),
      bound: fc.constantFrom('', '{"b":1}', '{"b":2,"ü":"日本"}'),
      context: fc.constantFrom('{"service":"x"}', '{"service":"ü"}'),
      head: fc.constantFrom('', ',"trace_id":"aa"'),
      extra: fc.oneof(fc.constant(''), fc.constant('{}'), object),
      error: fc.oneof({ weight: 4, arbitrary: fc.constant('') }, { weight: 1, arbitrary: object }),
      replacesBound: fc.boolean(),
      level: fc.constantFrom(5, 10, 20, 30, 40, 50),
      ms: fc.integer({ min: 0, max: 3 }),
      micros: fc.integer({ min: 0, max: 999 }),
      skip: fc.constantFrom(0, 0, 0, 1, 90, 1e9),
      repeat: fc.integer({ min: 1, max: 12 }),
    })
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 25 }), (events) => {
        const ring = new Ring({ maxBytes: 8 << 20, segmentBytes: 64 << 10 }, ({ end }) => end)
        const producer = new Producer(ring)
        const definitions = new Map<string, { readonly json: string; segment: number; ref: number }>()
        const define = (json: string): { readonly json: string; segment: number; ref: number } => {
          const found = definitions.get(json) ?? { json, segment: 0, ref: 0 }
          definitions.set(json, found)
          return found
        }
        const loggers = new Map<string, EventTexts['logger']>()
        let seq = 0
        for (const { message, bound, context, head, extra, error, replacesBound, level, ms, micros, skip, repeat } of events) {
          const logger = loggers.get(bound) ?? { name: '"app"', bound, segment: 0, ref: 0 }
          loggers.set(bound, logger)
          seq += skip
          for (let i = 0; i < repeat; i++) {
            const texts = { logger, context: define(context), message: define(message), head, extra, error, replacesBound }
            producer.event(level, Date.UTC(2026, 10, 20) + ms + micros / 1000, ++seq, texts)
          }
        }

        const { bytes, strings } = linesOf(ring)

        assert.deepEqual(bytes, strings)
      }),
      { numRuns: 150 },
    )
  })

  it('takes a line that is larger than its block, alone', () => {
    const ring = new Ring({ maxBytes: 4 << 20, segmentBytes: 1 << 20 }, ({ end }) => end)
    const producer = new Producer(ring)
    const texts = (extra: string): EventTexts => ({
      logger: { name: '"app"', bound: '', segment: 0, ref: 0 },
      context: { json: '{}', segment: 0, ref: 0 },
      message: { json: '"m"', segment: 0, ref: 0 },
      head: '',
      extra,
      error: '',
      replacesBound: false,
    })
    producer.event(20, 0, 1, texts('{"a":1}'))
    producer.event(20, 0, 2, texts(JSON.stringify({ a: 'x'.repeat(200_000) })))
    producer.event(20, 0, 3, texts('{"a":3}'))

    const { bytes, strings } = linesOf(ring)

    assert.deepEqual(bytes, strings)
    assert.equal(bytes.length, 3)
  })
})
