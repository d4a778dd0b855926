import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { GraylogAdapter, GraylogOptions } from '@holdfast/graylog'
import { makeRecords } from '@holdfast/testkit'
import { Receiver } from './receiver.js'
import { adapterFor, failureOf, range, send } from './sending.js'

interface Room {
  readonly dir: string
  readonly receiver: Receiver
  readonly open: (options?: Partial<GraylogOptions>) => GraylogAdapter
}

async function room(test: TestContext): Promise<Room> {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-spool-'))
  const receiver = await Receiver.start({ protocol: 'tcp' })
  const adapters: GraylogAdapter[] = []
  test.after(async () => {
    for (const adapter of adapters) await adapter.close()
    await receiver.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  const open = (options: Partial<GraylogOptions> = {}): GraylogAdapter => {
    const adapter = adapterFor(receiver.port, { spool: { dir }, ...options })
    adapters.push(adapter)
    return adapter
  }
  return { dir, receiver, open }
}

function segments(dir: string): readonly string[] {
  return readdirSync(dir).filter((name) => name.endsWith('.spool'))
}

function bytesIn(dir: string): number {
  return segments(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0)
}

async function emptied(adapter: GraylogAdapter): Promise<void> {
  while (Number(adapter.health().details?.['spoolMessages']) > 0) await pause(5)
}

describe('the spool', () => {
  it('is not used while the server is there', async (test) => {
    const { dir, receiver, open } = await room(test)
    const adapter = open()

    await send(adapter, makeRecords(5))

    await receiver.arrived(5)
    assert.deepEqual(segments(dir), [])
    assert.equal(adapter.health().state, 'ok')
  })

  it('takes what cannot be sent, says so, and sends it in order when the server is back', async (test) => {
    const { dir, receiver, open } = await room(test)
    const adapter = open()
    await send(adapter, makeRecords(10))
    await receiver.stop()

    for (let seq = 11; seq <= 2000; seq += 10) await send(adapter, makeRecords(10, { seq }))
    const during = adapter.health()
    await receiver.listen()
    await emptied(adapter)
    await send(adapter, makeRecords(5, { seq: 2001 }))

    await receiver.arrived(2005)
    await receiver.settled()
    assert.equal(during.state, 'degraded')
    assert.match(during.reason ?? '', /^\d+ messages wait in the spool: Cannot connect to tcp:.*ECONNREFUSED/)
    assert.deepEqual([...new Set(receiver.seqs)], range(2005))
    assert.equal(adapter.health().state, 'ok')
    assert.deepEqual(segments(dir), [])
  })

  it('keeps the order while records come in during the replay', async (test) => {
    const { receiver, open } = await room(test)
    const adapter = open()
    await receiver.stop()
    for (let seq = 1; seq <= 3000; seq += 100) await send(adapter, makeRecords(100, { seq }))

    await receiver.listen()
    for (let seq = 3001; seq <= 4000; seq += 20) {
      await send(adapter, makeRecords(20, { seq }))
      await pause(1)
    }
    await emptied(adapter)

    await receiver.arrived(4000)
    assert.deepEqual([...new Set(receiver.seqs)], range(4000))
  })

  it('survives its process: the next one sends what was left', async (test) => {
    const { receiver, open } = await room(test)
    const first = open()
    await receiver.stop()
    await send(first, makeRecords(300))
    await first.close()

    await receiver.listen()
    const second = open()
    await send(second, makeRecords(10, { seq: 301 }))
    await emptied(second)

    await receiver.arrived(310)
    assert.deepEqual(receiver.seqs, range(310))
  })

  it('survives a process that is killed, with a torn end that nobody had accepted', async (test) => {
    const { dir, receiver, open } = await room(test)
    const first = open()
    await receiver.stop()
    await send(first, makeRecords(300))
    const [name = ''] = segments(dir)
    const files = new Map(readdirSync(dir).map((file) => [file, readFileSync(join(dir, file))]))
    await first.close()
    // the folder as the killed process would have left it, in the middle of a write
    for (const [file, bytes] of files) writeFileSync(join(dir, file), bytes)
    writeFileSync(join(dir, 'owner'), JSON.stringify({ pid: deadPid(), began: '', token: 'x' }))
    appendFileSync(join(dir, name), Buffer.from([40, 0, 0, 0, 1, 2, 3, 4, 123]))

    await receiver.listen()
    const second = open()
    await send(second, makeRecords(1, { seq: 301 }))
    await emptied(second)

    await receiver.arrived(301)
    assert.deepEqual(receiver.seqs, range(301))
    assert.equal(second.health().state, 'ok')
  })

  it('goes on behind a file that is damaged, and says so', async (test) => {
    const { dir, receiver, open } = await room(test)
    const first = open({ spool: { dir, maxBytes: 1 << 20 } })
    await receiver.stop()
    for (let seq = 1; seq <= 900; seq += 100) await send(first, makeRecords(100, { seq }))
    await first.close()
    const [name = ''] = segments(dir)
    truncateSync(join(dir, name), statSync(join(dir, name)).size - 3)

    await receiver.listen()
    const second = open({ spool: { dir, maxBytes: 1 << 20 } })
    await send(second, makeRecords(1, { seq: 901 }))
    await emptied(second)

    await receiver.arrived(900)
    assert.equal(receiver.seqs.length, 900)
    assert.equal(receiver.seqs.at(-1), 901)
    assert.match(second.health().reason ?? '', /1 files of the spool were damaged/)
  })

  it('never grows beyond its bound: what does not fit is left to the lane, which counts it', async (test) => {
    const { dir, receiver, open } = await room(test)
    const maxBytes = 1 << 20
    const adapter = open({ spool: { dir, maxBytes } })
    await receiver.stop()

    let accepted = 0
    let error = await failureOf(adapter, makeRecords(10_000)).catch(() => undefined)
    accepted += error?.accepted ?? 0
    const size = bytesIn(dir)
    error = await failureOf(adapter, makeRecords(100, { seq: accepted + 1 }))
    accepted += error.accepted
    await receiver.listen()
    await emptied(adapter)

    await receiver.arrived(accepted)
    assert.equal(error.code, 'SPOOL_FULL')
    assert.ok(size <= maxBytes && size > maxBytes * 0.9, String(size))
    assert.deepEqual(receiver.seqs, range(accepted))
    assert.equal(bytesIn(dir), 0)
  })

  it('belongs to one adapter: a second one works without it, says so, and takes it over once it is free', async (test) => {
    const { receiver, open } = await room(test)
    const first = open()
    await send(first, makeRecords(1))
    const second = open()
    await send(second, makeRecords(1, { seq: 2 }))
    const taken = second.health()
    await receiver.stop()

    const { code } = await failureOf(second, makeRecords(1, { seq: 3 }))
    await first.close()
    await send(second, makeRecords(1, { seq: 3 }))

    assert.match(taken.reason ?? '', new RegExp(`belongs to process ${process.pid}`))
    assert.equal(code, 'ECONNREFUSED')
    assert.equal(second.health().details?.['spoolMessages'], 1)
  })

  it('is taken over from a process that is dead, also when its number is in use again', async (test) => {
    const { dir, receiver, open } = await room(test)
    writeFileSync(join(dir, 'owner'), JSON.stringify({ pid: 1, began: 'another boot:1', token: 'x' }))
    const adapter = open()
    await receiver.stop()

    await send(adapter, makeRecords(1))

    assert.equal(adapter.health().details?.['spoolMessages'], 1)
  })

  it('shows why a directory cannot be used, and leaves the records to the lane', async (test) => {
    const { dir, receiver, open } = await room(test)
    writeFileSync(join(dir, 'file'), '')
    const adapter = open({ spool: { dir: join(dir, 'file', 'spool') } })
    await send(adapter, makeRecords(1))
    await receiver.stop()

    const { code } = await failureOf(adapter, makeRecords(1))

    assert.equal(code, 'ECONNREFUSED')
    assert.match(adapter.health().reason ?? '', /ENOTDIR/)
  })

  it('works the same when each batch is forced to the disk', async (test) => {
    const { dir, receiver, open } = await room(test)
    const adapter = open({ spool: { dir, fsync: true } })
    await receiver.stop()
    for (let seq = 1; seq <= 30; seq += 10) await send(adapter, makeRecords(10, { seq }))

    await receiver.listen()
    await adapter.flush()

    assert.deepEqual(receiver.seqs, range(30))
  })

  it('keeps its files from other users', async (test) => {
    const { dir, receiver, open } = await room(test)
    const own = join(dir, 'own')
    const adapter = open({ spool: { dir: own } })
    await receiver.stop()

    await send(adapter, makeRecords(1))

    assert.equal(statSync(own).mode & 0o777, 0o700)
    assert.deepEqual(
      readdirSync(own).map((name) => statSync(join(own, name)).mode & 0o077),
      readdirSync(own).map(() => 0),
    )
  })

  it('is emptied by flush when the server has just come back', async (test) => {
    const { receiver, open } = await room(test)
    const adapter = open()
    await receiver.stop()
    await send(adapter, makeRecords(50))
    // long enough that the next attempt by itself is seconds away
    await pause(700)
    await receiver.listen()

    await adapter.flush()

    assert.deepEqual(receiver.seqs, range(50))
  })
})

/** A number that no process has. */
function deadPid(): number {
  return spawnSync('true').pid
}
