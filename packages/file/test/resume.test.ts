import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FileOptions } from '@holdfast/file'
import { makeRecord } from '@holdfast/testkit'
import { Room } from './room.js'
import { A, DIRECTORY, events, linesOf, PATH, restart, roomWith, STATE, TEXT } from './takeover-room.js'
import { eventOf, originOf } from './writer.js'

describe('resume', () => {
  it('is there only with a home', () => {
    assert.equal(new Room({ path: PATH }).adapter.resume, undefined)
    assert.equal(typeof roomWith({ path: PATH }).adapter.resume, 'function')
  })

  it('makes nothing and claims nothing in a new home', () => {
    const room = roomWith(DIRECTORY)

    assert.deepEqual(room.adapter.resume?.(), new Map())
    assert.deepEqual(room.transport.paths(), [])
  })

  for (const [name, options] of Object.entries({ 'canonical lines': { path: PATH }, text: TEXT } as Record<
    string,
    FileOptions
  >)) {
    it(`names the highest seq of each origin in ${name}`, () => {
      const room = roomWith(options)
      room.adapter.writeSync([...events(1, 5), eventOf(1, 1), eventOf(2, 7), eventOf(1, 2)])

      assert.deepEqual(
        restart(room),
        new Map([
          [A, 5],
          [originOf(1), 2],
          [originOf(2), 7],
        ]),
      )
    })
  }

  it('goes on in the very file below a directory, whatever its name says', () => {
    const room = roomWith(DIRECTORY)
    room.adapter.writeSync(events(1, 2))
    const paths = room.transport.paths().filter((path) => path.startsWith('/logs'))
    room.advance(86_400_000)

    restart(room)
    room.adapter.writeSync(events(3, 3))

    assert.deepEqual(
      room.transport.paths().filter((path) => path.startsWith('/logs')),
      paths,
    )
    assert.equal(room.transport.text(paths[0] ?? ''), linesOf(1, 3))
  })

  it('finds a last line that is longer than all that it reads', () => {
    const room = roomWith({ path: PATH })
    room.adapter.writeSync([makeRecord({ origin: A, seq: 9, message: 'm'.repeat(3_000_000) })])

    assert.equal(restart(room).get(A), 9)
  })

  it('completes a torn line that is longer than all that it reads', () => {
    const room = roomWith({ path: PATH })
    const long = makeRecord({ origin: A, seq: 3, message: 'm'.repeat(3_000_000) })
    room.adapter.writeSync([...events(1, 2), long])
    const node = room.transport.nodes.get(PATH) ?? assert.fail()
    const whole = node.bytes
    node.bytes = whole.subarray(0, 2_900_000)

    assert.equal(restart(room).get(A), 2)
    assert.equal(room.adapter.mend?.([long]).get(A), 3)
    assert.equal(node.bytes.equals(whole), true)
  })

  it('looks back over as many bytes as four batches of the lane may have', () => {
    const room = roomWith({ path: PATH, batchMaxBytes: 1_000_000 })
    room.adapter.writeSync([eventOf(1, 4)])
    room.adapter.writeSync(
      Array.from({ length: 3 }, (_, i) => makeRecord({ origin: A, seq: i + 1, message: 'm'.repeat(1_000_000) })),
    )

    assert.equal(restart(room).get(originOf(1)), 4)
  })

  it('asks nothing of a pipe', () => {
    const room = roomWith({ path: '/run/feed' })
    room.transport.makeDirectory('/run', 0o755)
    room.transport.put('/run/feed', '', 'pipe')
    room.adapter.writeSync(events(1, 2))

    assert.deepEqual(restart(room), new Map())
    assert.equal(room.transport.text(STATE), undefined)
  })

  it('knows what an earlier part of the last batch holds', () => {
    const room = roomWith({ path: PATH, format: ({ message }) => message })
    const long = Array.from({ length: 40 }, (_, i) => makeRecord({ origin: A, seq: i + 1, message: 'm'.repeat(4000) }))
    room.adapter.writeSync([eventOf(1, 4), ...long])

    assert.equal(restart(room).get(originOf(1)), 4)
  })

  it('still knows the events of a file that was rotated away and compressed', () => {
    const room = roomWith({ path: PATH, rotate: { maxBytes: 500 } })
    room.adapter.writeSync([eventOf(1, 3), ...events(1, 6)])
    for (const path of room.transport.paths()) if (path.startsWith('/logs/app.2')) room.transport.remove(path)

    assert.equal(restart(room).get(originOf(1)), 3)
  })
})

describe('between kill and restart', () => {
  it('a file that was deleted is made again, and what was not acknowledged may come again', () => {
    const room = roomWith({ path: PATH })
    room.adapter.writeSync(events(1, 3))
    room.transport.remove(PATH)

    assert.equal(restart(room).get(A), undefined)
    room.adapter.writeSync(events(1, 3))
    assert.equal(room.transport.text(PATH), linesOf(1, 3))
  })

  it('a file that was deleted below a directory has a successor', () => {
    const room = roomWith(DIRECTORY)
    room.adapter.writeSync(events(1, 3))
    const path = room.transport.paths().find((one) => one.startsWith('/logs')) ?? ''
    room.transport.remove(path)

    restart(room)
    room.adapter.writeSync(events(1, 3))

    assert.equal(room.transport.text(path), linesOf(1, 3))
  })

  for (const [name, options] of Object.entries({ 'canonical lines': { path: PATH }, text: TEXT } as Record<
    string,
    FileOptions
  >)) {
    it(`a file of ${name} that was moved in its folder is read there, and stays as it is`, () => {
      const room = roomWith(options)
      room.adapter.writeSync(events(1, 2))
      room.transport.fail('write', 'EIO', { bytes: 40, isSecret: true })
      room.transport.fail('statusOf', 'EIO', { skip: 0, times: 1 })
      assert.throws(() => room.adapter.writeSync(events(3, 3)))
      room.transport.heal()
      room.transport.rename(PATH, `${PATH}.1`)
      const left = room.transport.text(`${PATH}.1`)

      assert.equal(restart(room).get(A), 2)
      room.adapter.writeSync(events(3, 3))
      assert.equal(room.transport.text(`${PATH}.1`), left)
      assert.notEqual(room.transport.text(PATH), undefined)
    })
  }

  it('a file of somebody else at the path is left whole, torn line and all', () => {
    const room = roomWith({ path: PATH })
    room.adapter.writeSync(events(1, 2))
    room.transport.remove(PATH)
    room.transport.put(PATH, 'not ours, and torn')

    restart(room)
    room.adapter.writeSync(events(1, 2))

    assert.equal(room.transport.text(PATH), `not ours, and torn\n${linesOf(1, 2)}`)
  })

  it('a file that has the number of ours but not its text is left whole', () => {
    const room = roomWith(TEXT)
    room.adapter.writeSync(events(1, 2))
    const node = room.transport.nodes.get(PATH) ?? assert.fail()
    node.bytes = Buffer.from('somebody else wrote this, and more of it than was there: '.repeat(10))

    assert.deepEqual(restart(room), new Map())
    assert.equal(room.transport.text(PATH)?.startsWith(String(node.bytes)), true)
  })

  for (const [name, options] of Object.entries({ 'canonical lines': { path: PATH }, text: TEXT } as Record<
    string,
    FileOptions
  >)) {
    it(`a file of ${name} that was cut to nothing stays as it is, and gets what was not acknowledged`, () => {
      const room = roomWith(options)
      room.adapter.writeSync(events(1, 1))
      room.adapter.writeSync(events(2, 3))
      restart(room)
      const node = room.transport.nodes.get(PATH) ?? assert.fail()
      node.bytes = Buffer.alloc(0)

      restart(room)

      assert.equal(room.transport.text(PATH), '')
    })
  }
})
