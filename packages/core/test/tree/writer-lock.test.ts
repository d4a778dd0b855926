import assert from 'node:assert/strict'
import { existsSync, linkSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { systemClock } from '../../dist/clock.js'
import { killWriter } from '../../dist/tree/kill-writer.js'
import { formatProcessId, ownProcessId, type ProcessId } from '../../dist/tree/process-id.js'
import { stateOf } from '../../dist/tree/process-state.js'
import { acquireWriter, currentWriter, releaseWriter, type WriterHolder } from '../../dist/tree/writer-lock.js'
import { emptyDirectory, startMember } from './members.js'

const RACERS = 20
const ROUNDS = 12
const PASSES = 200
const BUDGET_MS = 60_000

function writerFiles(run: string): readonly string[] {
  return readdirSync(run, { encoding: 'utf8' }).sort()
}

function holder(process: ProcessId | undefined, role: 'writer' | 'application' = 'writer'): WriterHolder {
  return { epoch: 1, role, process }
}

function put(run: string, epoch: number, process: ProcessId | string): void {
  const text =
    typeof process === 'string' ? process : JSON.stringify({ epoch, role: 'writer', process: formatProcessId(process) })
  writeFileSync(join(run, `writer.${epoch}`), text)
}

const GONE: ProcessId = { ...ownProcessId(), startTime: 1 }

describe('the lock of the writer', () => {
  it('has no holder at first, and then the one that took it', async (test) => {
    const run = emptyDirectory(test)

    assert.equal(currentWriter(run), undefined)
    assert.deepEqual(acquireWriter(run, 0), { epoch: 1 })
    assert.deepEqual(currentWriter(run), { epoch: 1, role: 'writer', process: ownProcessId() })
    assert.deepEqual(writerFiles(run), ['writer.1'])
  })

  it('is not given away while its holder lives, be it stopped', async (test) => {
    const run = emptyDirectory(test)
    const writer = await startMember(test)
    await writer.call('acquireWriter', run, 0)

    assert.equal(acquireWriter(run, 1), undefined)
    writer.child.kill('SIGSTOP')
    assert.equal(acquireWriter(run, 1), undefined)
    assert.equal(acquireWriter(run, 0), undefined)
  })

  it('passes on with the next epoch when its holder is gone, and the old file goes', async (test) => {
    const run = emptyDirectory(test)
    const writer = await startMember(test)
    await writer.call('acquireWriter', run, 0)
    await writer.kill()

    assert.equal(acquireWriter(run, 0), undefined)
    assert.deepEqual(acquireWriter(run, 1), { epoch: 2 })
    assert.deepEqual(writerFiles(run), ['writer.2'])
  })

  it('passes on from a zombie', async (test) => {
    const run = emptyDirectory(test)
    const writer = await startMember(test)
    await writer.call('acquireWriter', run, 0)

    assert.equal(killWriter(holder(writer.id), systemClock, BUDGET_MS), 'gone')

    assert.equal(stateOf(writer.id), 'zombie')
    assert.deepEqual(acquireWriter(run, 1), { epoch: 2 })
  })

  it('is not taken from a holder of another PID namespace', async (test) => {
    const run = emptyDirectory(test)
    put(run, 1, { ...ownProcessId(), namespace: 1 })

    assert.equal(acquireWriter(run, 1), undefined)
  })

  it('passes on after a power loss, whatever is left of its file', async (test) => {
    for (const left of ['', '\0\0\0\0', '{"epoch":1', '[]', '{"process":7}']) {
      const run = emptyDirectory(test)
      put(run, 1, left)

      assert.deepEqual(currentWriter(run), { epoch: 1, role: 'writer', process: undefined })
      assert.deepEqual(acquireWriter(run, 1), { epoch: 2 })
    }
  })

  it('can be given back by a process that lives on', async (test) => {
    const run = emptyDirectory(test)
    const writer = await startMember(test)
    await writer.call('acquireWriter', run, 0, 'application')
    assert.equal(currentWriter(run)?.role, 'application')

    await writer.call('releaseWriter', run, 1)

    assert.deepEqual(currentWriter(run), { epoch: 1, role: 'writer', process: undefined })
    assert.deepEqual(acquireWriter(run, 1), { epoch: 2 })
    releaseWriter(run, 2)
    assert.deepEqual(await writer.call('acquireWriter', run, 2), { epoch: 3 })
    assert.deepEqual(writerFiles(run), ['writer.3'])
  })

  it('is lost by a candidate so slow that its epoch was given away and removed meanwhile', async (test) => {
    const run = emptyDirectory(test)
    put(run, 3, GONE)
    put(run, 5, GONE)
    const slow = join(run, 'slow')
    writeFileSync(slow, JSON.stringify({ epoch: 4, role: 'writer', process: formatProcessId(ownProcessId()) }))
    linkSync(slow, join(run, 'writer.4'))
    rmSync(slow)

    assert.equal(currentWriter(run)?.epoch, 5)
    assert.equal(acquireWriter(run, 3), undefined)
    assert.equal(acquireWriter(run, 4), undefined)
    assert.deepEqual(acquireWriter(run, 5), { epoch: 6 })
    assert.deepEqual(writerFiles(run), ['writer.6'])
  })

  it('counts epochs as numbers, and follows no link', async (test) => {
    const run = emptyDirectory(test)
    put(run, 9, GONE)
    put(run, 10, GONE)
    writeFileSync(join(run, 'writer.11x'), '')

    assert.equal(currentWriter(run)?.epoch, 10)
    rmSync(join(run, 'writer.10'))
    symlinkSync('writer.9', join(run, 'writer.10'))
    assert.equal(currentWriter(run)?.process, undefined)
  })

  it('leaves nothing behind of candidates that were killed', async (test) => {
    const run = emptyDirectory(test)
    writeFileSync(join(run, '.writer-42-abc'), '')

    acquireWriter(run, 0)

    assert.deepEqual(writerFiles(run), ['writer.1'])
  })

  it('is nobody’s in a run that went away', async (test) => {
    const run = join(emptyDirectory(test), 'none')

    assert.equal(currentWriter(run), undefined)
    assert.equal(acquireWriter(run, 0), undefined)
    assert.ok(!existsSync(run))
  })

  it(`has one winner among ${RACERS} that try at once, ${ROUNDS} times, each time after the last winner gave it back`, async (test) => {
    const run = emptyDirectory(test)
    const racers = await Promise.all(Array.from({ length: RACERS }, () => startMember(test)))

    for (let epoch = 1; epoch <= ROUNDS; epoch++) {
      const start = Date.now() + 20
      const results = await Promise.all(racers.map((racer) => racer.call('race', run, epoch - 1, start)))
      const winners = racers.filter((_, index) => results[index] !== undefined)

      assert.equal(winners.length, 1, `epoch ${epoch}`)
      assert.deepEqual(currentWriter(run), { epoch, role: 'writer', process: winners[0]?.id })
      await winners[0]?.call('releaseWriter', run, epoch)
    }
    assert.deepEqual(writerFiles(run), [`writer.${ROUNDS}`])
  })

  it(`never has two holders when it is passed on ${PASSES} times`, async (test) => {
    const run = emptyDirectory(test)
    const witness = join(emptyDirectory(test), 'witness')
    const members = await Promise.all(Array.from({ length: 6 }, () => startMember(test)))

    const counts = await Promise.all(members.map((member) => member.call('contend', run, witness, PASSES)))

    assert.deepEqual(
      counts.map(({ violations }) => violations),
      counts.map(() => 0),
    )
    const held = counts.reduce((sum, count) => sum + count.held, 0)
    assert.equal(currentWriter(run)?.epoch, held)
    assert.ok(held >= PASSES)
  })

  it('has one winner among many each time that the holder is killed', async (test) => {
    const run = emptyDirectory(test)
    let racers = await Promise.all(Array.from({ length: 6 }, () => startMember(test)))

    for (let epoch = 1; racers.length > 0; epoch++) {
      const start = Date.now() + 5
      const results = await Promise.all(racers.map((racer) => racer.call('race', run, epoch - 1, start)))
      const winners = racers.filter((_, index) => results[index] !== undefined)
      assert.equal(winners.length, 1, `epoch ${epoch}`)
      await winners[0]?.kill()
      racers = racers.filter((racer) => racer !== winners[0])
    }
  })
})

describe('killing a writer', () => {
  it('returns when it was seen gone, also one that is stopped, within the same tick', async (test) => {
    const [running, stopped] = [await startMember(test), await startMember(test)]
    stopped.child.kill('SIGSTOP')

    assert.equal(killWriter(holder(running.id), systemClock, BUDGET_MS), 'gone')
    assert.equal(killWriter(holder(stopped.id), systemClock, BUDGET_MS), 'gone')

    assert.deepEqual([stateOf(running.id), stateOf(stopped.id)], ['zombie', 'zombie'])
  })

  it('has nothing to do when it is gone, and spares a later process with its pid', async (test) => {
    const other = await startMember(test)

    assert.equal(killWriter(holder(undefined), systemClock, BUDGET_MS), 'gone')
    assert.equal(killWriter(holder({ ...other.id, startTime: 1 }), systemClock, BUDGET_MS), 'gone')

    assert.equal(await other.call('stateOf', other.id), 'running')
  })

  it('is refused for an application, this process, PID 1 and another PID namespace', async (test) => {
    const application = await startMember(test)
    const { bootId, namespace } = ownProcessId()
    const init = { pid: 1, startTime: 0, bootId, namespace }

    assert.equal(killWriter(holder(application.id, 'application'), systemClock, BUDGET_MS), 'refused')
    assert.equal(killWriter(holder(ownProcessId()), systemClock, BUDGET_MS), 'refused')
    assert.equal(killWriter(holder(init), systemClock, BUDGET_MS), 'refused')
    assert.equal(killWriter(holder({ ...application.id, namespace: 1 }), systemClock, BUDGET_MS), 'refused')

    assert.equal(await application.call('stateOf', application.id), 'running')
  })
})
