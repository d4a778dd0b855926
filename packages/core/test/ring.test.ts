import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LogEvent } from '@holdfast/api'
import fc from 'fast-check'
import { checkOf } from '../dist/ring/check-word.js'
import { HeapMemory } from '../dist/ring/memory.js'
import { newOrigin } from '../dist/ring/origin.js'
import { type EventTexts, Producer } from '../dist/ring/producer.js'
import { FrameReader } from '../dist/ring/reader.js'
import { Ring } from '../dist/ring/ring.js'
import type { Segment } from '../dist/ring/segment.js'

const SEGMENT_BYTES = 16 << 10
const ORIGIN = newOrigin()

function makeRing(segments = 8): { ring: Ring; producer: Producer; reader: FrameReader; recycled: number[] } {
  const recycled: number[] = []
  const ring = new Ring(
    { maxBytes: segments * SEGMENT_BYTES, segmentBytes: SEGMENT_BYTES },
    ({ base, end }) => {
      recycled.push(base)
      return end
    },
    new HeapMemory(SEGMENT_BYTES, checkOf(ORIGIN, false)),
  )
  return { ring, producer: new Producer(ring), reader: new FrameReader(ORIGIN), recycled }
}

function makeTexts(texts: Partial<EventTexts> = {}): EventTexts {
  return {
    logger: { name: '"app"', bound: '', segment: 0, ref: 0 },
    context: { json: '{"service":"test"}', segment: 0, ref: 0 },
    message: { json: '"hello"', segment: 0, ref: 0 },
    head: '',
    extra: '',
    error: '',
    replacesBound: false,
    ...texts,
  }
}

/** Everything that can be read, oldest first, as parsed events. */
function readAll(ring: Ring, reader: FrameReader): LogEvent[] {
  const events: LogEvent[] = []
  for (const segment of ring.segments) {
    for (let offset = 0; offset < segment.used; offset += reader.length) {
      if (reader.read(segment, offset) === 'event') events.push(JSON.parse(reader.record().json) as LogEvent)
    }
  }
  return events
}

describe('ring', () => {
  it('gives back what was put in, as the canonical line', () => {
    const { ring, producer, reader } = makeRing()
    const texts = makeTexts({ head: ',"trace_id":"aa"', extra: '{"a":1}', error: '{"type":"E","message":"m"}' })

    producer.event(40, Date.UTC(2026, 10, 20, 12, 34, 56, 789) + 0.012, 7, texts)

    const [event] = readAll(ring, reader)
    assert.match(event?.event_id ?? '', /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.deepEqual(
      { ...event, event_id: '' },
      {
        v: 1,
        event_id: '',
        timestamp: '2026-11-20T12:34:56.789012Z',
        level: 'ERROR',
        level_value: 40,
        logger: 'app',
        message: 'hello',
        trace_id: 'aa',
        context: { service: 'test' },
        extra: { a: 1 },
        error: { type: 'E', message: 'm' },
        origin: ORIGIN,
        seq: 7,
      },
    )
  })

  it('merges bound fields before those of the call, and leaves them out where the call replaces one', () => {
    const { ring, producer, reader } = makeRing()
    const logger = { name: '"app"', bound: '{"b":1}', segment: 0, ref: 0 }

    producer.event(20, 0, 1, makeTexts({ logger }))
    producer.event(20, 0, 2, makeTexts({ logger, extra: '{"c":2}' }))
    producer.event(20, 0, 3, makeTexts({ logger, extra: '{"b":3}', replacesBound: true }))
    producer.event(20, 0, 4, makeTexts({ logger, extra: '{}' }))

    assert.deepEqual(
      readAll(ring, reader).map(({ extra }) => extra),
      [{ b: 1 }, { b: 1, c: 2 }, { b: 3 }, { b: 1 }],
    )
  })

  it('defines a repeated message once per segment, and every segment decodes alone', () => {
    const { ring, producer } = makeRing()
    const texts = makeTexts({ message: { json: JSON.stringify('m'.repeat(100)), segment: 0, ref: 0 } })

    for (let seq = 1; seq <= 300; seq++) producer.event(20, seq, seq, texts)

    assert.ok(ring.segments.length > 1)
    for (const segment of ring.segments) assert.equal(segment.messages, 1)
    // the same reader never sees an earlier segment: each is given to a new one
    const messages = ring.segments.flatMap((segment) => readSegment(segment).map(({ message }) => message))
    assert.equal(messages.length, 300)
    assert.ok(messages.every((message) => message === 'm'.repeat(100)))
  })

  it('lets a reader enter a segment in its middle', () => {
    const { ring, producer, reader } = makeRing()
    const texts = makeTexts()
    for (let seq = 1; seq <= 20; seq++) producer.event(20, seq, seq, texts)
    const segment = ring.segments[0] as Segment
    const offsets: number[] = []
    for (let offset = 0; offset < segment.used; offset += reader.length)
      if (reader.read(segment, offset) === 'event') offsets.push(offset)

    const late = new FrameReader(ORIGIN)
    const kind = late.read(segment, offsets[15] as number)

    assert.equal(kind, 'event')
    assert.equal(JSON.parse(late.record().json).message, 'hello')
    assert.equal(late.seq, 16)
  })

  it('asks for room before it uses its oldest segment again, and keeps the newest events in order', () => {
    const { ring, producer, reader, recycled } = makeRing(3)
    const texts = makeTexts({ extra: JSON.stringify({ pad: 'x'.repeat(400) }) })

    for (let seq = 1; seq <= 500; seq++) producer.event(20, seq, seq, texts)

    const seqs = readAll(ring, reader).map(({ seq }) => seq)
    assert.ok(recycled.length > 5)
    assert.deepEqual(
      recycled,
      [...recycled].sort((a, b) => a - b),
    )
    assert.equal(seqs.at(-1), 500)
    assert.deepEqual(
      seqs,
      Array.from({ length: seqs.length }, (_, i) => 500 - seqs.length + 1 + i),
    )
    assert.equal(ring.events, 500)
  })

  it('reads back any texts, of any length that fits, in any order', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 }).map((value) => JSON.stringify(value))
    const event = fc.record({
      message: text,
      logger: fc.constantFrom('"a"', '"ü.b"', '"日本"'),
      extra: fc.option(
        fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue({ maxDepth: 1 })).map((value) => JSON.stringify(value)),
        { nil: '' },
      ),
      context: fc.constantFrom('{"a":1}', '{"b":"ü"}', '{}'),
      repeat: fc.integer({ min: 1, max: 4 }),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const { ring, producer, reader } = makeRing(64)
        const definitions = new Map<string, { json: string; segment: number; ref: number }>()
        const define = (json: string): { json: string; segment: number; ref: number } => {
          const found = definitions.get(json) ?? { json, segment: 0, ref: 0 }
          definitions.set(json, found)
          return found
        }
        const expected: unknown[] = []
        let seq = 0
        for (const { message, logger, extra, context, repeat } of events) {
          for (let i = 0; i < repeat; i++) {
            const texts = makeTexts({
              message: define(message),
              logger: { name: logger, bound: '', segment: 0, ref: 0 },
              context: define(context),
              extra,
            })
            producer.event(20, 1, ++seq, texts)
            expected.push([
              JSON.parse(message),
              JSON.parse(logger),
              JSON.parse(context),
              extra === '' ? undefined : JSON.parse(extra),
              seq,
            ])
          }
        }

        const found = readAll(ring, reader).map((event) => [event.message, event.logger, event.context, event.extra, event.seq])

        assert.deepEqual(found, expected)
      }),
      { numRuns: 60 },
    )
  })

  it('never turns damaged memory into an event that was not written', () => {
    const damage = fc.array(fc.record({ at: fc.nat(SEGMENT_BYTES - 1), value: fc.nat(255) }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(damage, (bytes) => {
        const { ring, producer } = makeRing()
        const written = new Set<string>()
        for (let seq = 1; seq <= 40; seq++)
          producer.event(20, seq, seq, makeTexts({ extra: JSON.stringify({ seq, pad: 'p'.repeat(seq * 7) }) }))
        const segment = ring.segments[0] as Segment
        for (const json of readSegmentLines(segment)) written.add(json)
        const headers = headerBytes(segment)
        for (const { at, value } of bytes) if (headers.has(at)) segment.bytes[at] = value

        const found = readSegmentLines(segment)

        for (const json of found) assert.ok(written.has(json), json)
      }),
      { numRuns: 200 },
    )
  })

  it('notices a page that is older than its neighbours', () => {
    const { ring, producer } = makeRing()
    for (let seq = 1; seq <= 60; seq++)
      producer.event(20, seq, seq, makeTexts({ extra: JSON.stringify({ lap: 1, pad: `${seq}`.repeat(60) }) }))
    const segment = ring.segments[0] as Segment
    const written = new Set(readSegmentLines(segment))
    const page = Buffer.alloc(4096, 'x'.repeat(7))

    page.copy(segment.bytes, 4096)

    const found = readSegmentLines(segment)
    assert.ok(found.length < written.size)
    for (const json of found) assert.ok(written.has(json))
  })
})

function readSegment(segment: Segment): LogEvent[] {
  return readSegmentLines(segment).map((json) => JSON.parse(json) as LogEvent)
}

function readSegmentLines(segment: Segment): string[] {
  const reader = new FrameReader(ORIGIN)
  const lines: string[] = []
  for (let offset = 0; offset < segment.used; offset += reader.length) {
    if (reader.read(segment, offset) === 'event') lines.push(reader.record().json)
  }
  return lines
}

/** Offsets of the bytes of all frame headers but their check words. */
function headerBytes(segment: Segment): Set<number> {
  const reader = new FrameReader(ORIGIN)
  const found = new Set<number>()
  for (let offset = 0; offset < segment.used; offset += reader.length) {
    reader.read(segment, offset)
    for (let i = 0; i < 60; i++) found.add(offset + i)
  }
  return found
}
