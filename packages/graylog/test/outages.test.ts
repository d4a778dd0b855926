import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { makeRecords } from '@holdfast/testkit'
import { Blackhole } from './blackhole.js'
import { failureOf, open, range, receive, send, sendUntilAccepted } from './sending.js'

describe('a server that cannot be reached', () => {
  it('is named with the cure when nothing listens', async (test) => {
    const receiver = await receive(test)
    await receiver.stop()
    const adapter = open(test, receiver.port)

    const { message, code, retryable, accepted } = await failureOf(adapter, makeRecords(1))

    assert.deepEqual({ code, retryable, accepted }, { code: 'ECONNREFUSED', retryable: true, accepted: 0 })
    assert.match(message, /^Cannot connect to tcp:\/\/127\.0\.0\.1:\d+: .*\. Nothing listens there: check `host` and `port`/)
    assert.equal(adapter.health().state, 'down')
  })

  it('is given up with the signal when connecting is never answered, and holds no socket then', async (test) => {
    const hole = await Blackhole.open()
    test.after(() => hole.close())
    const adapter = open(test, hole.port)

    const error = await failureOf(adapter, makeRecords(1), 100)

    assert.match(error.message, /^Cannot connect to tcp:/)
    assert.equal(error.accepted, 0)
  })

  it('is named when its name is unknown', async (test) => {
    const adapter = open(test, 1, { host: 'graylog.invalid' })

    const { code, message } = await failureOf(adapter, makeRecords(1))

    assert.ok(['ENOTFOUND', 'EAI_AGAIN'].includes(code), code)
    assert.match(message, /name/)
  })

  it('is noticed over UDP by the refusal that comes back, and used again once it is there', async (test) => {
    const receiver = await receive(test, 'udp')
    await receiver.stop()
    const adapter = open(test, receiver.port, { protocol: 'udp' })

    const { code } = await failureOf(adapter, makeRecords(1))
    await receiver.listen()
    await send(adapter, makeRecords(2))

    assert.equal(code, 'ECONNREFUSED')
    assert.deepEqual(await receiver.arrived(2).then(() => receiver.seqs), [1, 2])
  })
})

describe('a connection that breaks', () => {
  it('while it is idle costs no record: the end is noticed before anything is written', async (test) => {
    const receiver = await receive(test)
    const adapter = open(test, receiver.port, { resend: false })
    await send(adapter, makeRecords(2))
    await receiver.arrived(2)

    receiver.endConnections()
    await pause(20)
    for (const record of makeRecords(3, { seq: 3 })) await send(adapter, [record])

    await receiver.arrived(5)
    assert.deepEqual(receiver.seqs, range(5))
  })

  it('by a reset while it is idle costs no record either', async (test) => {
    const receiver = await receive(test)
    const adapter = open(test, receiver.port, { resend: false })
    await send(adapter, makeRecords(2))
    await receiver.arrived(2)

    receiver.resetConnections()
    await pause(20)
    await send(adapter, makeRecords(3, { seq: 3 }))

    await receiver.arrived(5)
    assert.deepEqual(receiver.seqs, range(5))
  })

  it('right after it was accepted, again and again, loses nothing once the server stays', async (test) => {
    const receiver = await receive(test)
    let resets = 0
    receiver.onConnection = (socket) => {
      if (++resets <= 5) socket.resetAndDestroy()
    }
    const adapter = open(test, receiver.port)

    for (let seq = 1; seq <= 200; seq += 10) await sendUntilAccepted(adapter, makeRecords(10, { seq }))
    await adapter.flush()

    const seqs = await receiver.settled().then(() => receiver.seqs)
    assert.deepEqual(
      [...new Set(seqs)].sort((a, b) => a - b),
      range(200),
    )
    assert.ok(resets > 5, String(resets))
  })

  it('in the middle of batches loses nothing, and what comes twice has the same id', async (test) => {
    const receiver = await receive(test)
    const adapter = open(test, receiver.port)
    const total = 6000

    for (let seq = 1; seq <= total; seq += 200) {
      if (seq % 1000 === 1) receiver.resetConnections()
      const call = sendUntilAccepted(adapter, makeRecords(200, { seq }))
      if (seq % 1000 === 401) setImmediate(() => receiver.resetConnections())
      await call
    }
    await adapter.flush()

    const messages = await receiver.settled().then(() => receiver.parsed())
    const idOf = new Map(messages.map(({ _seq, _event_id }) => [_seq, _event_id]))
    assert.deepEqual(
      [...idOf.keys()].map(Number).sort((a, b) => a - b),
      range(total),
    )
    assert.ok(messages.every(({ _seq, _event_id }) => idOf.get(_seq ?? 0) === _event_id))
    assert.ok(messages.length > total, 'no connection broke at a moment that mattered')
  })

  it('keeps the order of what arrives for the first time', async (test) => {
    const receiver = await receive(test)
    const adapter = open(test, receiver.port)

    for (let seq = 1; seq <= 2000; seq += 100) {
      if (seq % 500 === 1) receiver.resetConnections()
      await sendUntilAccepted(adapter, makeRecords(100, { seq }))
    }
    await adapter.flush()

    const seqs = await receiver.settled().then(() => receiver.seqs)
    assert.deepEqual([...new Set(seqs)], range(2000))
  })

  it('sends nothing again after `withinMs`', async (test) => {
    const receiver = await receive(test)
    const adapter = open(test, receiver.port, { resend: { withinMs: 30 } })
    await send(adapter, makeRecords(2))
    await receiver.arrived(2)
    while (Number(adapter.health().details?.['unconfirmedBytes']) > 0) await pause(5)

    receiver.resetConnections()
    await pause(20)
    await send(adapter, makeRecords(1, { seq: 3 }))

    await receiver.settled()
    assert.deepEqual(receiver.seqs, range(3))
  })
})

describe('a server that reads slowly', () => {
  const bound = 256 * 1024

  it('is waited for, so that no more is unacknowledged than could be sent again', { skip: notLinux() }, async (test) => {
    const receiver = await receive(test)
    const adapter = open(test, receiver.port, { resend: { maxBytes: bound } })
    await send(adapter, makeRecords(1))
    await receiver.arrived(1)
    receiver.pauseReading()

    let sent = 0
    for (let seq = 2, isTaken = true; isTaken && sent < 50_000; seq += 200) {
      isTaken = await send(adapter, makeRecords(200, { seq }), 300).then(
        () => true,
        () => false,
      )
      if (isTaken) sent += 200
    }
    receiver.resumeReading()
    await send(adapter, makeRecords(1, { seq: 999_999 }))

    // the same connection, and nothing twice: what was given up had not been written
    await receiver.arrived(sent + 2)
    assert.ok(sent < 50_000, 'the server was never too slow')
    assert.equal(receiver.connections, 1)
    assert.deepEqual(receiver.seqs, [...range(sent + 1), 999_999])
  })

  it('that acknowledges nothing at all is given up after `keepAliveMs`, for a new connection', {
    skip: notLinux(),
  }, async (test) => {
    const receiver = await receive(test)
    const adapter = open(test, receiver.port, { resend: { maxBytes: bound }, keepAliveMs: 200 })
    await send(adapter, makeRecords(1))
    receiver.pauseReading()

    let failure = ''
    for (let seq = 2; failure === ''; seq += 200) {
      failure = await send(adapter, makeRecords(200, { seq })).then(
        () => '',
        (error: Error) => error.message,
      )
    }

    assert.match(failure, /the server acknowledges nothing since/)
    assert.equal(adapter.health().details?.['connected'], false)
  })
})

function notLinux(): string | false {
  return process.platform === 'linux' ? false : 'only Linux tells what is unacknowledged'
}
