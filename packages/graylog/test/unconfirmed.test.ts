import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { framesOf } from '../dist/stream/frames.js'
import { unackedBytes } from '../dist/stream/unacked-bytes.js'
import { type Block, Unconfirmed } from '../dist/stream/unconfirmed.js'

function block(size: number): Block {
  return { bytes: new Uint8Array(size), messages: 1 }
}

function sizes(blocks: readonly Block[]): readonly number[] {
  return blocks.map(({ bytes }) => bytes.length)
}

describe('what is remembered to be sent again', () => {
  it('is at least the bound, in whole blocks, the newest ones', () => {
    const unconfirmed = new Unconfirmed(100, 1000)

    for (const size of [40, 41, 42, 43]) unconfirmed.add(block(size), 0)

    assert.equal(unconfirmed.bytes, 126)
    assert.deepEqual(sizes(unconfirmed.takeAgain(1)), [41, 42, 43])
  })

  it('is a block that is larger than the bound alone', () => {
    const unconfirmed = new Unconfirmed(100, 1000)

    unconfirmed.add(block(50), 0)
    unconfirmed.add(block(500), 0)

    assert.deepEqual(sizes(unconfirmed.takeAgain(1)), [500])
  })

  it('is nothing without a bound', () => {
    const unconfirmed = new Unconfirmed(0, 0)

    unconfirmed.add(block(1), 0)

    assert.ok(unconfirmed.isEmpty)
  })

  it('is forgotten when it is old, but not what the server has not acknowledged', () => {
    const unconfirmed = new Unconfirmed(1000, 50)
    for (const [size, at] of [
      [10, 0],
      [11, 20],
      [12, 40],
    ] as const) {
      unconfirmed.add(block(size), at)
    }

    unconfirmed.forgetOld(60, 0)
    const afterTime = unconfirmed.bytes
    unconfirmed.forgetOld(1000, 12)
    const unacknowledged = unconfirmed.bytes
    unconfirmed.forgetOld(1000, 0)

    assert.deepEqual([afterTime, unacknowledged, unconfirmed.bytes], [23, 12, 0])
  })

  it('is sent again three times at most, so that a slow server gets on', () => {
    const unconfirmed = new Unconfirmed(1000, 50)
    unconfirmed.add(block(10), 0)

    const times = Array.from({ length: 5 }, (_, index) => unconfirmed.takeAgain(index).length)

    assert.deepEqual(times, [1, 1, 1, 0, 0])
    assert.equal(unconfirmed.bytes, 0)
  })

  it('comes in blocks of whole messages', () => {
    const messages = Array.from({ length: 500 }, (_, index) => `{"n":${index},"ü":"${'x'.repeat(400)}"}`)

    const blocks = framesOf(messages)

    assert.ok(blocks.length > 2)
    assert.equal(Buffer.concat(blocks.map(({ bytes }) => bytes)).toString(), messages.map((message) => `${message}\0`).join(''))
    assert.equal(
      blocks.reduce((sum, { messages: count }) => sum + count, 0),
      500,
    )
    for (const { bytes, messages: count } of blocks) {
      assert.equal(Buffer.from(bytes).toString().split('\0').length - 1, count)
    }
  })
})

describe('what the kernel of the server has not acknowledged', {
  skip: process.platform !== 'linux' && 'only Linux tells',
}, () => {
  for (const host of ['127.0.0.1', '::1']) {
    it(`is told for ${host}: nothing at first, much when it does not read, nothing again when it does`, async (test) => {
      const server = createServer((socket) => void socket.pause())
      const accepted = once(server, 'connection') as Promise<[Socket]>
      server.listen(0, host)
      await once(server, 'listening')
      const address = server.address()
      const socket = connect(typeof address === 'object' && address !== null ? address.port : 0, host)
      test.after(() => {
        socket.destroy()
        server.close()
      })
      await once(socket, 'connect')
      const [peer] = await accepted

      const before = await unackedBytes(socket)
      socket.write(Buffer.alloc(16 << 20))
      while (((await unackedBytes(socket)) ?? 0) < 100_000) await new Promise((resolve) => setTimeout(resolve, 2))
      peer.resume()
      while ((await unackedBytes(socket)) !== 0 || socket.writableLength > 0)
        await new Promise((resolve) => setTimeout(resolve, 2))

      assert.equal(before, 0)
    })
  }
})
