import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LogRecord } from '@holdfast/api'
import { AdapterError } from '@holdfast/core'
import { linesOf, range, record, records, seqsIn } from './records.js'
import { Room } from './room.js'

const PATH = '/logs/app.log'
const LINE = linesOf(1, 1).length

/** How many records were accepted before it failed. */
function acceptedOf(room: Room, batch: readonly LogRecord[]): number {
  try {
    room.adapter.writeSync(batch)
  } catch (error) {
    assert.ok(error instanceof AdapterError)
    assert.equal(error.retryable, true)
    return error.accepted
  }
  return batch.length
}

/** Writes like a lane does: what was not accepted is offered again. */
function deliver(room: Room, batch: readonly LogRecord[], attemptsMax = 20): void {
  let rest = batch
  for (let attempt = 0; rest.length > 0; attempt++) {
    assert.ok(attempt < attemptsMax, 'the adapter never recovers')
    rest = rest.slice(acceptedOf(room, rest))
  }
}

describe('a write that fails', () => {
  for (const isSecret of [false, true]) {
    for (const bytes of [0, 1, LINE - 1, LINE, LINE + 4, 3 * LINE - 1]) {
      const how = isSecret ? 'that the error hides' : 'that a short count tells'
      it(`after ${bytes} bytes ${how} neither loses, doubles nor tears a line`, () => {
        const room = new Room({ path: PATH })
        room.adapter.writeSync([record(9)])
        room.transport.fail('write', 'ENOSPC', { bytes, isSecret })

        const accepted = acceptedOf(room, records(1, 3))
        const state = room.adapter.health().state
        deliver(room, records(accepted + 1, 3))

        assert.equal(accepted, Math.floor(bytes / LINE))
        assert.equal(state, 'down')
        assert.equal(room.transport.text(PATH), linesOf(9, 9) + linesOf(1, 3))
        assert.equal(room.adapter.health().state, 'ok')
      })
    }
  }

  it('carries the code of the system and names the file', () => {
    const room = new Room({ path: PATH })
    room.transport.fail('write', 'EDQUOT')

    assert.throws(() => room.adapter.writeSync([record(1)]), {
      name: 'AdapterError',
      code: 'EDQUOT',
      message: /\/logs\/app\.log/,
    })
  })

  it('counts what is in after the disk filled up in the middle, and goes on when there is room', () => {
    const room = new Room({ path: PATH })
    room.adapter.writeSync([record(1)])
    room.transport.freeBytes = 2 * LINE + 5

    const accepted = acceptedOf(room, records(2, 6))
    const again = acceptedOf(room, records(2 + accepted, 6))
    room.transport.heal()
    deliver(room, records(2 + accepted + again, 6))

    assert.deepEqual([accepted, again], [2, 0])
    assert.equal(room.transport.text(PATH), linesOf(1, 6))
  })

  it('takes a torn line out when its record does not come again', () => {
    const room = new Room({ path: PATH })
    room.adapter.writeSync([record(1)])
    room.transport.fail('write', 'EIO', { bytes: LINE + 3 })

    assert.equal(acceptedOf(room, records(2, 3)), 1)
    room.adapter.writeSync([record(4)])

    assert.deepEqual(seqsIn(room.transport.text(PATH) ?? ''), [1, 2, 4])
  })

  it('writes a torn record whole when others come before it', () => {
    const room = new Room({ path: PATH })
    room.transport.fail('write', 'EIO', { bytes: 3 })

    acceptedOf(room, records(1, 2))
    room.adapter.writeSync([record(7), ...records(1, 2)])

    assert.deepEqual(seqsIn(room.transport.text(PATH) ?? ''), [7, 1, 2])
  })

  it('completes a torn line that cannot be taken out of a pipe, and does not write its record twice', () => {
    const room = new Room({ path: '/run/pipe' })
    room.transport.makeDirectory('/run', 0o750)
    room.transport.put('/run/pipe', '', 'pipe')
    room.adapter.writeSync([record(1)])
    room.transport.fail('write', 'EAGAIN', { bytes: 3 })

    assert.equal(acceptedOf(room, records(2, 4)), 0)
    room.adapter.writeSync([record(7), ...records(2, 4)])

    assert.deepEqual(seqsIn(room.transport.text('/run/pipe') ?? ''), [1, 2, 7, 3, 4])
  })

  it('does not end a file in a torn line when it is closed', async () => {
    const room = new Room({ path: PATH })
    room.transport.fail('write', 'EIO', { bytes: LINE + 3 })
    acceptedOf(room, records(1, 2))

    await room.adapter.close()

    assert.equal(room.transport.text(PATH), linesOf(1, 1))
  })

  it('is not fooled by what somebody else appended meanwhile', () => {
    const room = new Room({ path: PATH })
    room.adapter.writeSync([record(1)])
    const node = room.transport.nodes.get(PATH)
    if (node !== undefined) node.bytes = Buffer.concat([node.bytes, Buffer.from('other\n')])
    room.transport.fail('write', 'EIO')

    const accepted = acceptedOf(room, records(2, 3))
    deliver(room, records(2 + accepted, 3))

    assert.equal(accepted, 0)
    assert.equal(room.transport.text(PATH), `${linesOf(1, 1)}other\n${linesOf(2, 3)}`)
  })
})

describe('a file that cannot be opened', () => {
  for (const code of ['EACCES', 'EROFS', 'EMFILE', 'ENOSPC', 'EIO']) {
    it(`is tried again after ${code}, with nothing accepted`, () => {
      const room = new Room({ path: PATH })
      room.transport.fail('open', code)

      assert.throws(() => room.adapter.writeSync(records(1, 2)), { code, accepted: 0 })
      assert.equal(room.adapter.health().state, 'down')
      room.adapter.writeSync(records(1, 2))

      assert.equal(room.transport.text(PATH), linesOf(1, 2))
      assert.equal(room.adapter.health().state, 'ok')
    })
  }

  for (const operation of ['makeDirectory', 'statusOf', 'status'] as const) {
    it(`is tried again, without a leaked descriptor, when ${operation} fails`, () => {
      const room = new Room({ path: PATH })
      room.transport.fail(operation, 'EIO')

      assert.throws(() => room.adapter.writeSync([record(1)]), { code: 'EIO' })
      assert.equal(room.transport.openFiles, 0)
      room.adapter.writeSync([record(1)])

      assert.equal(room.transport.text(PATH), linesOf(1, 1))
    })
  }

  it('is refused when it is a directory', () => {
    const room = new Room({ path: PATH })
    room.transport.makeDirectory(PATH, 0o750)

    assert.throws(() => room.adapter.writeSync([record(1)]), { code: 'EISDIR' })
  })
})

describe('a file that goes away', () => {
  it('that was moved is left, and a new one is made within a second', () => {
    const room = new Room({ path: PATH })
    room.adapter.writeSync([record(1, { time: room.clock.now() })])
    room.transport.rename(PATH, '/logs/app.log.1')

    room.adapter.writeSync([record(2, { time: room.clock.now() })])
    room.advance(1000)
    room.adapter.writeSync([record(3, { time: room.clock.now() })])

    assert.equal(room.transport.text('/logs/app.log.1'), linesOf(1, 2))
    assert.equal(room.transport.text(PATH), linesOf(3, 3))
    assert.equal(room.transport.openFiles, 1)
  })

  it('that was moved is left at once by reopen()', () => {
    const room = new Room({ path: PATH })
    room.adapter.writeSync([record(1)])
    room.transport.rename(PATH, '/logs/app.log.1')

    room.adapter.reopen()
    room.adapter.writeSync([record(2)])

    assert.equal(room.transport.text('/logs/app.log.1'), linesOf(1, 1))
    assert.equal(room.transport.text(PATH), linesOf(2, 2))
  })

  it('that was deleted gives back what was written after it was last seen', () => {
    const room = new Room({ path: PATH })
    room.adapter.writeSync([record(1, { time: room.clock.now() })])
    room.advance(1000)
    room.adapter.writeSync([record(2, { time: room.clock.now() })])
    room.transport.remove(PATH)

    room.adapter.writeSync(records(3, 5, { time: room.clock.now() }))
    room.advance(1000)
    room.adapter.writeSync([record(6, { time: room.clock.now() })])

    assert.equal(room.transport.text(PATH), linesOf(2, 6))
    assert.equal(room.transport.openFiles, 1)
  })

  for (const end of ['flush', 'flushSync', 'close'] as const) {
    it(`that was deleted within the last second before ${end} gives everything back`, async () => {
      const room = new Room({ path: PATH, fsync: 'never' })
      room.adapter.writeSync([record(1, { time: room.clock.now() })])
      room.transport.remove(PATH)
      room.adapter.writeSync(records(2, 5, { time: room.clock.now() }))

      await room.adapter[end]()

      assert.equal(room.transport.text(PATH), linesOf(1, 5))
    })
  }

  it('that was moved is not made again by close', async () => {
    const room = new Room({ path: PATH })
    room.adapter.writeSync(records(1, 3, { time: room.clock.now() }))
    room.transport.rename(PATH, `${PATH}.1`)

    await room.adapter.close()

    assert.deepEqual(room.transport.paths(), [`${PATH}.1`])
  })

  it('that was deleted with its directory is made again with it', () => {
    const room = new Room({ dir: '/logs', prefix: 'app', latest: false })
    room.adapter.writeSync([record(1)])
    for (const path of ['/logs/2026-11-20/app_12-34-56.log', '/logs/2026-11-20', '/logs']) room.transport.remove(path)

    room.advance(1000)
    room.adapter.writeSync([record(2, { time: room.clock.now() })])

    assert.equal(room.transport.text('/logs/2026-11-20/app_12-34-56.log'), linesOf(1, 2))
  })

  it('gives back everything although the new file fails in the middle of it', () => {
    const room = new Room({ path: PATH })
    room.adapter.writeSync(records(1, 5, { time: room.clock.now() }))
    room.transport.remove(PATH)
    room.transport.fail('write', 'ENOSPC', { bytes: LINE + 4 })
    room.advance(1000)

    deliver(room, [record(6, { time: room.clock.now() })])

    assert.equal(room.transport.text(PATH), linesOf(1, 6))
    assert.equal(room.transport.openFiles, 1)
  })

  it('is not rotated when it was deleted, and gives everything back in order although that fails in the middle', () => {
    const room = new Room({ path: PATH, rotate: { maxBytes: 3 * LINE } })
    const time = room.clock.now()
    room.adapter.writeSync(records(1, 2, { time }))
    room.transport.remove(PATH)
    room.adapter.writeSync(records(3, 4, { time }))
    room.transport.fail('write', 'ENOSPC', { bytes: LINE + 4 })

    deliver(room, records(5, 6, { time }))
    const files = room.transport.paths().map((path) => room.transport.text(path) ?? '')

    assert.deepEqual(files.flatMap(seqsIn).sort(), range(1, 6))
    assert.equal(room.transport.openFiles, 1)
  })

  it('stops taking records when it was deleted and cannot be made again', () => {
    const room = new Room({ path: PATH })
    room.adapter.writeSync([record(1)])
    room.transport.remove(PATH)
    room.transport.fail('open', 'EACCES')
    room.advance(1000)

    assert.equal(acceptedOf(room, [record(2, { time: room.clock.now() })]), 0)
    deliver(room, [record(2, { time: room.clock.now() })])

    assert.deepEqual(seqsIn(room.transport.text(PATH) ?? ''), [1, 2])
  })

  it('keeps a torn line whole across the move', () => {
    const room = new Room({ path: PATH })
    room.adapter.writeSync([record(1)])
    room.transport.fail('write', 'EIO', { bytes: 4 })
    acceptedOf(room, [record(2)])
    room.transport.rename(PATH, '/logs/old')
    room.advance(1000)

    deliver(room, records(2, 3, { time: room.clock.now() }))

    assert.equal(room.transport.text('/logs/old'), linesOf(1, 1))
    assert.equal(room.transport.text(PATH), linesOf(2, 3))
  })

  it('is noticed although all records carry an old time', () => {
    const room = new Room({ path: PATH })
    room.adapter.writeSync([record(1)])
    room.transport.rename(PATH, '/logs/old')
    room.advance(1000)

    for (const seq of range(2, 600)) room.adapter.writeSync([record(seq)])

    assert.ok((room.transport.text(PATH) ?? '').length > 0)
    assert.equal((room.transport.text('/logs/old') ?? '') + room.transport.text(PATH), linesOf(1, 600))
  })

  it('goes on in the same file after it was cut from outside', () => {
    const room = new Room({ path: PATH, rotate: { maxBytes: 100 } })
    room.adapter.writeSync(records(1, 5))
    const node = room.transport.nodes.get(PATH)
    if (node !== undefined) node.bytes = Buffer.alloc(0)
    room.advance(1000)

    room.adapter.writeSync(records(6, 9, { time: room.clock.now() }))

    assert.deepEqual(room.transport.paths(), [PATH])
    assert.equal(room.transport.text(PATH), linesOf(6, 9))
  })
})
