import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { gunzipSync, inflateSync } from 'node:zlib'
import { makeRecord } from '@holdfast/testkit'
import { CHUNKS_MAX, datagramsOf, messageCapacity } from '../dist/datagram/chunks.js'
import { packMessage } from '../dist/datagram/pack.js'
import { Receiver } from './receiver.js'
import { adapterFor, send } from './sending.js'

const id = (): Uint8Array => Buffer.from('12345678')

describe('a message over UDP', () => {
  it('goes as it is when it fits into one datagram', () => {
    const message = Buffer.alloc(1420, 'x')

    assert.deepEqual(datagramsOf(message, 1420, id), [message])
  })

  for (const size of [1421, 1408 * 2, 1408 * 2 + 1, 1408 * 128]) {
    it(`of ${size} bytes goes in as few chunks as it needs, each with its header`, () => {
      const message = randomBytes(size)

      const datagrams = datagramsOf(message, 1420, id).map((datagram) => Buffer.from(datagram))

      assert.equal(datagrams.length, Math.ceil(size / 1408))
      assert.ok(datagrams.every(({ length }) => length <= 1420))
      for (const [index, datagram] of datagrams.entries()) {
        assert.equal(datagram.toString('hex', 0, 12), `1e0f3132333435363738${hex(index)}${hex(datagrams.length)}`)
      }
      assert.deepEqual(Buffer.concat(datagrams.map((datagram) => datagram.subarray(12))), message)
    })
  }

  it('is refused beyond 128 chunks, which its packing prevents', () => {
    assert.throws(() => datagramsOf(Buffer.alloc(messageCapacity(1420) + 1), 1420, id), RangeError)
    assert.equal(messageCapacity(1420), CHUNKS_MAX * 1408)
  })

  it('is compressed only when it is larger than a datagram', async () => {
    const small = await packMessage('{"short_message":"x"}', { compress: 'gzip', datagramMaxBytes: 1420 })
    const large = `{"short_message":"${'x'.repeat(9000)}"}`
    const [gzip, zlib] = await Promise.all(
      (['gzip', 'zlib'] as const).map((compress) => packMessage(large, { compress, datagramMaxBytes: 1420 })),
    )

    assert.equal(Buffer.from(small).toString(), '{"short_message":"x"}')
    assert.equal(gunzipSync(gzip ?? '').toString(), large)
    assert.equal(inflateSync(zlib ?? '').toString(), large)
  })

  for (const compress of ['gzip', 'zlib', false] as const) {
    it(`that is too large for 128 datagrams is cut to fit, compress: ${compress}`, async () => {
      const noise = randomBytes(300_000).toString('base64')
      const message = JSON.stringify({ version: '1.1', short_message: 'kept', full_message: noise, _event_id: 'e' })

      const packed = await packMessage(message, { compress, datagramMaxBytes: 1420 })

      const text = compress === 'gzip' ? gunzipSync(packed) : compress === 'zlib' ? inflateSync(packed) : Buffer.from(packed)
      const { short_message, full_message } = JSON.parse(text.toString()) as Record<string, string>
      assert.ok(packed.length <= messageCapacity(1420) && packed.length > messageCapacity(1420) * 0.8, String(packed.length))
      assert.equal(short_message, 'kept')
      assert.match(full_message ?? '', /…\[truncated\]$/)
    })
  }

  it('arrives through a socket in chunks of any size', async (test) => {
    const receiver = await Receiver.start({ protocol: 'udp' })
    test.after(() => receiver.stop())
    const message = randomBytes(20_000).toString('base64')

    for (const [index, datagramMaxBytes] of [512, 1420, 8192, 65_507].entries()) {
      const adapter = adapterFor(receiver.port, { protocol: 'udp', datagramMaxBytes })
      await send(adapter, [makeRecord({ message })])
      await receiver.arrived(index + 1)
      await adapter.close()
    }

    assert.ok(receiver.parsed().every(({ short_message }) => short_message === message))
  })
})

function hex(value: number): string {
  return value.toString(16).padStart(2, '0')
}
