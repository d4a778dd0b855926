import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FileOptions } from '@holdfast/file'
import fc from 'fast-check'
import { A, DIRECTORY, events, linesOf, PATH, restart, roomWith, STATE, TEXT } from './takeover-room.js'
import { eventOf, textOf } from './writer.js'

describe('a disk that is full', () => {
  it('at the restart keeps nothing from being known, and the log goes on when there is room', () => {
    const room = roomWith({ path: PATH })
    room.adapter.writeSync(events(1, 2))
    room.transport.freeBytes = 0
    room.transport.fail('writeAt', 'ENOSPC', { times: 100 })

    assert.equal(restart(room).get(A), 2)
    assert.throws(() => room.adapter.writeSync(events(3, 4)), { code: 'ENOSPC', accepted: 0 })
    assert.match(room.adapter.health().reason ?? '', /ENOSPC/)
    room.transport.heal()
    room.advance(1000)
    room.adapter.writeSync(events(3, 4))

    assert.equal(room.transport.text(PATH), linesOf(1, 4))
    assert.deepEqual(room.adapter.health().state, 'ok')
  })

  it('where the state is does not stop the log, shows in health, and is tried again each second', () => {
    const room = roomWith({ path: PATH })
    room.transport.fail('writeAt', 'ENOSPC', { times: 2 })

    room.adapter.writeSync(events(1, 2))
    assert.match(room.adapter.health().reason ?? '', /^state: ENOSPC/)
    assert.equal(room.adapter.health().state, 'degraded')
    room.advance(1000)
    room.adapter.writeSync([eventOf(0, 3, room.clock.now())])
    room.advance(1000)
    room.adapter.writeSync([eventOf(0, 4, room.clock.now())])

    assert.equal(room.adapter.health().state, 'ok')
    assert.equal(restart(room).get(A), 4)
  })

  for (const options of [{ path: PATH }, DIRECTORY]) {
    it(`where the state is puts a rotation off, with ${'path' in options ? 'a path' : 'a directory'}`, () => {
      const room = roomWith({ ...options, rotate: { maxBytes: 500 } })
      room.adapter.writeSync(events(1, 1))
      room.transport.fail('writeAt', 'ENOSPC', { times: 1 })
      const before = room.transport.paths()

      room.adapter.writeSync(events(2, 2))

      assert.match(room.adapter.health().reason ?? '', /^rotate: ENOSPC/)
      assert.deepEqual(
        room.transport.paths().filter((path) => path.startsWith('/logs')),
        before.filter((path) => path.startsWith('/logs')),
      )
      room.advance(1000)
      room.adapter.writeSync([eventOf(0, 3, room.clock.now())])
      assert.equal(room.adapter.health().state, 'ok')
      assert.equal(restart(room).get(A), 3)
    })
  }

  it('where the state is, behind a rotation: the new file is known to be ours all the same', () => {
    const room = roomWith({ path: PATH, rotate: { maxBytes: 400 } })
    room.adapter.writeSync(events(1, 1))
    room.transport.fail('writeAt', 'ENOSPC', { skip: 1, times: 100 })
    room.adapter.writeSync(events(2, 2))
    room.transport.freeBytes = 100
    assert.throws(() => room.adapter.writeSync(events(3, 3)), { accepted: 0 })
    assert.notEqual(room.transport.text(PATH), linesOf(2, 2))
    room.transport.heal()

    assert.equal(restart(room).get(A), 2)
    assert.equal(room.adapter.mend?.(events(3, 3)).get(A), 3)
    assert.equal(room.transport.text(PATH), linesOf(2, 3))
  })

  it('where marks are made takes them away rather than leave one that is out of date, and the log goes on', () => {
    const room = roomWith(TEXT)
    room.adapter.writeSync(events(1, 1))
    room.transport.fail('writeAt', 'ENOSPC', { times: 1 })

    room.adapter.writeSync(events(2, 2))

    assert.match(room.adapter.health().reason ?? '', /^state: ENOSPC/)
    assert.equal(room.transport.text('/state/mark-0') ?? room.transport.text('/state/mark-1'), undefined)
    room.advance(1000)
    room.adapter.writeSync([eventOf(0, 3, room.clock.now())])
    assert.deepEqual(room.adapter.health().reason, undefined)
    assert.equal(restart(room).get(A), 3)
  })

  it('keeps a line from being written that a mark which cannot be taken away would speak of wrongly', () => {
    const room = roomWith(TEXT)
    room.adapter.writeSync(events(1, 1))
    room.transport.fail('writeAt', 'EROFS', { times: 1 })
    room.transport.fail('remove', 'EROFS', { times: 1 })
    const before = room.transport.text(PATH)

    assert.throws(() => room.adapter.writeSync(events(2, 2)), { code: 'EROFS', accepted: 0 })

    assert.equal(room.transport.text(PATH), before)
  })

  it('while a line of text is written leaves the next writer what was accepted, and no more', () => {
    const room = roomWith(TEXT)
    room.adapter.writeSync(events(1, 1))
    room.transport.freeBytes = String(textOf(eventOf(0, 2).event)).length + 10
    assert.throws(() => room.adapter.writeSync(events(2, 4)), { accepted: 1 })
    room.transport.heal()

    assert.equal(restart(room).get(A), 2)
    room.adapter.writeSync(events(3, 4))

    assert.equal(
      room.transport.text(PATH),
      events(1, 4)
        .map(({ event }) => textOf(event))
        .join(''),
    )
  })
})

describe('for want of descriptors', () => {
  it('resume answers what it knows and says in health that it may not be all', () => {
    const room = roomWith({ path: PATH })
    room.adapter.writeSync(events(1, 2))
    room.transport.fail('open', 'EMFILE', { times: 2 })

    assert.deepEqual(restart(room), new Map())
    assert.match(room.adapter.health().reason ?? '', /^resume: EMFILE/)
  })
})

describe('a damaged state', () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((text) => Buffer.from(text)),
    fc
      .record({ path: fc.anything(), identity: fc.anything(), from: fc.anything(), seen: fc.anything(), finished: fc.anything() })
      .map((state) =>
        Buffer.from(JSON.stringify({ v: 1, ...state }, (_, value: unknown) => (typeof value === 'bigint' ? 1 : value))),
      ),
  )

  for (const [name, options] of Object.entries({ 'a path': { path: PATH }, 'a directory': DIRECTORY, text: TEXT } as Record<
    string,
    FileOptions
  >)) {
    it(`never throws, says so in health, and the log goes on: ${name}`, () => {
      fc.assert(
        fc.property(anything, fc.constantFrom(STATE, '/state/mark-0', '/state/mark-1'), (bytes, path) => {
          const room = roomWith(options)
          room.adapter.writeSync(events(1, 2))
          room.transport.put(path, '')
          const node = room.transport.nodes.get(path) ?? assert.fail()
          node.bytes = Buffer.from(bytes)

          const known = restart(room).get(A) ?? 0
          if (path === STATE) assert.match(room.adapter.health().reason ?? '', /^resume: Expected `\/state\/current.json`/)
          room.adapter.writeSync(events(known + 1, 3))

          const text = room.transport
            .paths()
            .filter((one) => one.startsWith('/logs'))
            .map((one) => room.transport.text(one))
            .join('')
          assert.ok(text.includes('message-1 ') && text.includes('message-2 ') && text.includes('message-3 '))
        }),
        { numRuns: Number(process.env['HOLDFAST_FUZZ_RUNS'] ?? 300) },
      )
    })

    it(`with one byte changed or its end missing never throws and loses nothing: ${name}`, () => {
      fc.assert(
        fc.property(fc.nat(), fc.integer({ min: 0, max: 255 }), fc.boolean(), fc.boolean(), (at, value, isCut, isState) => {
          const room = roomWith(options)
          room.adapter.writeSync(events(1, 2))
          const node =
            room.transport.nodes.get(isState || options.format === undefined ? STATE : '/state/mark-1') ?? assert.fail()
          const offset = at % node.bytes.length
          node.bytes = Buffer.from(isCut ? node.bytes.subarray(0, offset) : node.bytes)
          if (!isCut) node.bytes[offset] = value

          const known = restart(room).get(A) ?? 0

          assert.ok(known <= 2, `claims ${known} of 2 events`)
          room.adapter.writeSync(events(known + 1, 3))
        }),
        { numRuns: Number(process.env['HOLDFAST_FUZZ_RUNS'] ?? 300) },
      )
    })
  }
})
