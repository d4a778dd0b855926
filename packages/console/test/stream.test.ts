import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { describe, test } from 'node:test'
import { type ConsoleStream, consoleAdapter } from '@holdfast/console'
import { AdapterError } from '@holdfast/core'
import { linesOf, makeRecords } from './records.js'

const signal = new AbortController().signal

describe('an object with write', () => {
  test('gets lines before writeSync returns', () => {
    const texts: string[] = []
    const adapter = consoleAdapter({ stream: { write: (text) => texts.push(text) } }).create()

    adapter.writeSync?.(makeRecords(3))

    assert.deepEqual(texts, [linesOf(makeRecords(3))])
  })

  test('that throws makes an AdapterError with its reason', () => {
    const stream: ConsoleStream = {
      write: () => {
        throw new Error('paper jam')
      },
    }
    const adapter = consoleAdapter({ stream }).create()

    assert.throws(
      () => adapter.writeSync?.(makeRecords(3)),
      (error) =>
        error instanceof AdapterError &&
        error.accepted === 0 &&
        error.message === 'Expected `stream` to take log lines, got paper jam.',
    )
    assert.equal(adapter.health?.().state, 'degraded')
  })

  test('that returns a promise is awaited', async () => {
    let isDone = false
    const stream: ConsoleStream = {
      write: async () => {
        await new Promise((resolve) => setImmediate(resolve))
        isDone = true
      },
    }

    await consoleAdapter({ stream }).create().write(makeRecords(1), signal)

    assert.equal(isDone, true)
  })

  test('whose promise fails after writeSync makes the next call fail, not the process', async () => {
    const adapter = consoleAdapter({ stream: { write: () => Promise.reject(new Error('too late')) } }).create()

    adapter.writeSync?.(makeRecords(1))
    await new Promise((resolve) => setImmediate(resolve))

    assert.throws(() => adapter.writeSync?.(makeRecords(1)), /got too late\.$/)
  })

  test('looks like a terminal when it says so', () => {
    const texts: string[] = []
    const adapter = consoleAdapter({ stream: { write: (text) => texts.push(text), isTTY: true }, color: 'never' }).create()

    adapter.writeSync?.(makeRecords(1))

    assert.match(texts[0] ?? '', /^\d\d:\d\d:\d\d\.\d{3} INFO {2}testkit/)
  })
})

/** A Node.js stream that takes one chunk at a time, when told. */
class SlowStream extends Writable {
  readonly texts: string[] = []
  #release: ((error?: Error) => void) | undefined

  constructor() {
    super({ highWaterMark: 16, decodeStrings: false })
  }

  override _write(chunk: string, _encoding: string, done: (error?: Error) => void): void {
    this.texts.push(chunk)
    this.#release = done
  }

  release(error?: Error): void {
    this.#release?.(error)
  }
}

describe('a Node.js stream', () => {
  test('is written asynchronously, because its buffer would be lost with the process', () => {
    assert.equal(consoleAdapter({ stream: new SlowStream() }).create().writeSync, undefined)
    assert.equal(typeof consoleAdapter({ stream: process.stderr }).create().writeSync, 'function')
  })

  test('has accepted a batch when it says so, not when it has it in its buffer', async () => {
    const stream = new SlowStream()
    const adapter = consoleAdapter({ stream }).create()
    let isDone = false

    const call = Promise.resolve(adapter.write(makeRecords(2), signal)).then(() => {
      isDone = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(isDone, false)
    stream.release()
    await call

    assert.equal(stream.texts.join(''), linesOf(makeRecords(2)))
  })

  test('that got a batch which was given up does not get it again', async () => {
    const stream = new SlowStream()
    const adapter = consoleAdapter({ stream }).create()
    const caller = new AbortController()

    const given = Promise.resolve(adapter.write(makeRecords(2), caller.signal))
    await new Promise((resolve) => setImmediate(resolve))
    caller.abort(new Error('time is up'))
    await assert.rejects(given, (error) => error instanceof AdapterError && error.accepted === 0)
    const again = Promise.resolve(adapter.write(makeRecords(3), signal))
    stream.release()
    await new Promise((resolve) => setImmediate(resolve))
    stream.release()
    await again

    assert.equal(stream.texts.join(''), linesOf(makeRecords(3)))
    assert.equal(adapter.health?.().state, 'ok')
  })

  test('that fails rejects the batch, and its error event does not end the process', async () => {
    const stream = new SlowStream()
    const adapter = consoleAdapter({ stream }).create()

    const call = Promise.resolve(adapter.write(makeRecords(2), signal))
    await new Promise((resolve) => setImmediate(resolve))
    stream.release(new Error('cable cut'))

    await assert.rejects(call, (error) => error instanceof AdapterError && /got cable cut\.$/.test(error.message))
    await assert.rejects(Promise.resolve(adapter.write(makeRecords(2), signal)), AdapterError)
    assert.equal(adapter.health?.().state, 'down')
  })

  test('keeps no listener of a closed adapter', async () => {
    const stream = new SlowStream()
    const adapter = consoleAdapter({ stream }).create()

    await adapter.close?.()

    assert.equal(stream.listenerCount('error'), 0)
    assert.equal(stream.writable, true)
  })
})
