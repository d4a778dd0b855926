import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeRecords } from '@holdfast/testkit'
import { open, range, receive, send } from './sending.js'

describe('flush', () => {
  it('resolves when the server has read everything, and the next write connects anew', async (test) => {
    const receiver = await receive(test)
    const adapter = open(test, receiver.port)
    await send(adapter, makeRecords(500))

    await adapter.flush()
    const arrived = receiver.messages.length
    await send(adapter, makeRecords(1, { seq: 501 }))

    await receiver.arrived(501)
    assert.equal(arrived, 500)
    assert.deepEqual(receiver.seqs, range(501))
    assert.equal(receiver.connections, 2)
  })

  it('sends again what a broken connection may have lost', async (test) => {
    const receiver = await receive(test)
    const adapter = open(test, receiver.port)
    receiver.pauseReading()
    await send(adapter, makeRecords(100))

    receiver.resetConnections()
    receiver.resumeReading()
    await adapter.flush()

    assert.deepEqual(new Set(receiver.seqs), new Set(range(100)))
  })

  it('rejects when the server does not read', async (test) => {
    const receiver = await receive(test)
    const adapter = open(test, receiver.port)
    await send(adapter, makeRecords(1))
    await receiver.arrived(1)
    await receiver.stop()

    await assert.rejects(adapter.flush(), /^AdapterError: Cannot connect to tcp/)
  })
})
