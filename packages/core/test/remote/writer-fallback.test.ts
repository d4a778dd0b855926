import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CONTROL } from '../../dist/ring/shared/layout.js'
import { WriterFallback } from '../../dist/writer/remote/writer-fallback.js'
import type { ManualClock } from '../fixtures/manual-clock.js'
import { testLane, World } from '../host/fixtures/world.js'

function makeFallback(canHave: () => boolean = () => true): {
  world: World
  clock: ManualClock
  fallback: WriterFallback
  seen: string[]
} {
  const world = new World({ lanes: [testLane('lines'), testLane('async')] })
  world.join()
  const seen: string[] = []
  const { clock } = world
  const make = (): World['host'] => {
    if (!canHave()) throw new Error('Another process holds the lock.')
    return world.host
  }
  return { world, clock, seen, fallback: new WriterFallback({ clock, make, report: (name) => seen.push(name) }) }
}

describe('the writer in the application that takes the place of one that cannot be had', () => {
  it('does nothing until it is switched on', async () => {
    const { world, clock, fallback } = makeFallback()
    world.producers[0]?.log(20, 'a')
    fallback.committed()
    fallback.poll()
    await clock.advanceAsync(1000)

    assert.equal(world.lanes[0]?.destination.lines.length, 0)
  })

  it('delivers what is there, at the end of the tick, and by itself', async () => {
    const { world, clock, fallback } = makeFallback()
    const [producer] = world.producers
    const seqs = (lane: number): readonly number[] => world.lanes[lane]?.destination.seqsOf(producer?.origin ?? '') ?? []
    producer?.log(20, 'before')
    fallback.switchOn()
    assert.deepEqual(seqs(0), [1])

    producer?.log(20, 'committed')
    fallback.committed()
    await clock.advanceAsync(0)
    assert.deepEqual(seqs(0), [1, 2])

    producer?.log(20, 'nobody told')
    await clock.advanceAsync(40)
    assert.deepEqual(
      [seqs(0), seqs(1)],
      [
        [1, 2, 3],
        [1, 2, 3],
      ],
    )
  })

  it('says that a ring is drained when its producer has left, so that nobody waits for it', async () => {
    const { world, clock, fallback } = makeFallback()
    const [producer] = world.producers
    fallback.switchOn()
    producer?.log(20, 'last')
    producer?.leave()
    await clock.advanceAsync(100)

    assert.equal(Atomics.load(producer?.region.words as Int32Array, CONTROL.drained), 1)
    await fallback.close()
    assert.equal(world.lanes[0]?.destination.lines.length, 1)
  })

  it('tries again each second when another process has the lock, and says so', async () => {
    let canHave = false
    const { world, clock, fallback, seen } = makeFallback(() => canHave)
    world.producers[0]?.log(20, 'a')
    fallback.switchOn()
    await clock.advanceAsync(900)
    assert.deepEqual(seen, ['writer_unavailable'])

    canHave = true
    await clock.advanceAsync(200)

    assert.equal(world.lanes[0]?.destination.lines.length, 1)
    await fallback.close()
  })
})
