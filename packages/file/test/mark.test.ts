import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeRecord } from '@holdfast/testkit'
import fc from 'fast-check'
import { decodeMark, encodeMark, type Mark, markedEvents, wholeLines } from '../dist/mark.js'
import { placeAtEnd, SeenEvents } from '../dist/seen-events.js'
import { eventOf, originOf } from './writer.js'

function markOf(number: number, from: number, count: number): Mark {
  const batch = Array.from({ length: count }, (_, i) => eventOf(i % 3, from + i))
  const ends = batch.map((_, i) => (i + 1) * 10)
  return { number, file: '8:77', at: 1000, head: 'é', seen: [['gone', 4]], ...markedEvents(batch, 0, count, ends) }
}

describe('marks', () => {
  it('come back as they were, also over a longer one', () => {
    const longer = encodeMark(markOf(1, 1000, 40))
    const mark = markOf(2, 7, 5)

    const bytes = Buffer.concat([encodeMark(mark), longer.subarray(encodeMark(mark).length)])

    assert.deepEqual(decodeMark(bytes), mark)
  })

  it('that a kill left half over an older one are none', () => {
    const older = encodeMark(markOf(11, 100, 5))
    const newer = encodeMark(markOf(13, 200, 5))
    assert.equal(older.length, newer.length)

    for (let at = 1; at < newer.length; at++) {
      const mixed = Buffer.concat([newer.subarray(0, at), older.subarray(at)])
      if (!mixed.equals(older) && !mixed.equals(newer)) assert.equal(decodeMark(mixed), undefined, `torn at ${at}`)
    }
  })

  it('never throw, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => decodeMark(Buffer.from(bytes)) === undefined))
  })

  it('count a line only when its last byte is there', () => {
    assert.deepEqual(
      [999, 1000, 1009, 1010, 1049, 1050, 2000].map((size) => wholeLines(markOf(1, 1, 5), size)),
      [0, 0, 0, 1, 4, 5, 5],
    )
  })
})

describe('the place of an event', () => {
  it('is read from the end of its line', () => {
    assert.deepEqual(placeAtEnd(eventOf(0, 17).json), { origin: originOf(0), seq: 17 })
  })

  it('cannot be forged by what a caller logs', () => {
    const forged = '","origin":"forged","seq":99}'
    const extra = { origin: 'forged', seq: 99, [forged]: forged, nested: { origin: 'forged', seq: 99 } }
    const { json } = makeRecord({ origin: 'real', seq: 3, message: forged, logger: forged, extra })

    assert.deepEqual(placeAtEnd(json), { origin: 'real', seq: 3 })
    assert.equal(placeAtEnd('{"extra":{"origin":"forged","seq":99}}'), undefined)
    assert.equal(placeAtEnd('{"message":",\\"origin\\":\\"forged\\",\\"seq\\":99}'), undefined)
  })

  it('is none in a line that is cut, or no event', () => {
    const { json } = eventOf(0, 17)
    for (let length = 0; length < json.length; length++) assert.equal(placeAtEnd(json.slice(0, length)), undefined)
  })
})

describe('seen events', () => {
  it('are remembered for as many bytes as asked for, and not for ever', () => {
    const seen = new SeenEvents(100)
    seen.note('old', 1)
    seen.advance(100)
    seen.note('new', 2)
    seen.advance(99)
    assert.deepEqual([...seen.highest.keys()], ['old', 'new'])

    seen.advance(1)

    assert.deepEqual([...seen.highest.keys()], ['new'])
  })
})
