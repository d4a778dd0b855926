import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import fc from 'fast-check'
import type { DropReason } from '../../dist/diagnostics/catalogue.js'
import type { TestProducer } from '../shared/fixtures/test-producer.js'
import { assertBalanced, type CommandOptions, commands, type Model } from './fixtures/commands.js'
import { type Behaviour, POISON, type PoisonError } from './fixtures/destination.js'
import { type TestLane, testLane, World, type WorldOptions } from './fixtures/world.js'

const RUNS = Number(process.env['HOLDFAST_RUNS'] ?? 60)
const WAYS: readonly PoisonError[] = ['exact', 'refused', 'encode', 'unclear']
const FAILING: readonly Behaviour[] = ['ok', 'ok', 'fail', 'partial', 'stall']

const spill = mkdtempSync(join(tmpdir(), 'holdfast-spill-'))
after(() => rmSync(spill, { recursive: true, force: true }))

describe('the ring and its writer', () => {
  it('bring every admitted event to every lane once and in order, whatever the destinations do', async () => {
    await property({ behaviours: [...FAILING, 'reject'], kills: false }, allLanes, (world, producer, lane) => {
      const { reached, dropped } = look(world, producer, lane)
      const isWanted = producer.accepted.filter(({ level }) => level >= lane.level).length

      assertComplete(reached.length + dropped.unprocessable, dropped.overflow, isWanted)
      assert.equal(new Set(reached).size, reached.length)
      assertAscending(reached)
    })
  })

  it('bring it there at least once when answers are lost', async () => {
    await property({ behaviours: [...FAILING, 'acceptThenThrow'], kills: false }, allLanes, (world, producer, lane) => {
      const { reached, dropped } = look(world, producer, lane)
      const isWanted = producer.accepted.filter(({ level }) => level >= lane.level).length

      assert.ok(new Set(reached).size + dropped.overflow >= isWanted)
      assertAscending([...new Set(reached)])
    })
  })

  it('bring it there although writers are killed at any moment: once where the destination says what it has', async () => {
    await property({ behaviours: FAILING, kills: true }, allLanes, (world, producer, lane) => {
      const { reached, dropped } = look(world, producer, lane)
      const isWanted = producer.accepted.filter(({ level }) => level >= lane.level).length

      assertComplete(new Set(reached).size, dropped.overflow, isWanted)
      assertAscending([...new Set(reached)])
      if (lane.destination.resumes) assert.equal(new Set(reached).size, reached.length)
    })
  })

  for (const kills of [false, true]) {
    it(`put aside what an adapter cannot process and nothing else, whatever the destinations do${kills ? ', also when writers are killed' : ''}`, async () => {
      const options: CommandOptions = { behaviours: ['ok', ...FAILING, 'reject'], kills, hasPoison: true }
      await property(options, poisonedLanes, (world, producer, lane) => {
        const { reached, dropped } = look(world, producer, lane)
        const wanted = producer.accepted.filter(({ level }) => level >= lane.level)
        const poison = wanted.filter(({ text }) => text.startsWith(POISON)).map(({ seq }) => seq)
        const aside = asideOf(world, producer, lane)

        assertComplete(new Set(reached).size + dropped.unprocessable, dropped.overflow, wanted.length)
        assert.ok(
          aside.every((seq) => poison.includes(seq)),
          `${aside} were put aside of ${poison}`,
        )
        assert.ok(!reached.some((seq) => poison.includes(seq)))
        assert.equal(new Set(aside).size, aside.length)
        assert.ok(aside.length >= dropped.unprocessable, `${aside.length} are in the file, ${dropped.unprocessable} are counted`)
        if (!kills) assert.equal(aside.length, dropped.unprocessable)
      })
    })
  }

  it('tell of no gap where one lane is far ahead of the others, after two writers were killed', async () => {
    const world = new World({ lanes: allLanes() })
    const producer = world.join()
    for (let i = 0; i < 40; i++) producer.log(10, `${i}|${'x'.repeat(1400)}`)
    await world.killAtArrival()
    await world.kill()
    world.join()
    await world.settle()

    assert.deepEqual(
      world.told.filter(([name]) => name === 'origin_gap'),
      [],
    )
  })

  it('keep what lanes that lag need on disk, also over the deaths of writers', async () => {
    let run = 0
    const options = (): Partial<WorldOptions> => ({ spill: { path: join(spill, `run${run++}`), bytes: 60_000 } })
    const lanes = (): readonly TestLane[] => [testLane('lines', { resumes: true }), testLane('records', { batchMaxEvents: 5 })]
    await property({ behaviours: ['ok', ...FAILING, 'fail'], kills: true }, lanes, checkOnce, options)
  })

  it('do so with one lane, which its producers wait for', async () => {
    const one = (): readonly TestLane[] => [testLane('async', { batchMaxEvents: 7 })]
    await property({ behaviours: ['ok', 'ok', 'stall'], kills: false }, one, (world, producer, lane) => {
      const { reached, dropped } = look(world, producer, lane)

      assert.deepEqual(dropped, { overflow: 0, rejected: 0, corrupt: 0, down: 0, shutdown: 0, unprocessable: 0 })
      assert.deepEqual(
        reached,
        producer.accepted.map(({ seq }) => seq),
      )
    })
  })
})

function checkOnce(world: World, producer: TestProducer, lane: TestLane): void {
  const { reached, dropped } = look(world, producer, lane)
  const isWanted = producer.accepted.filter(({ level }) => level >= lane.level).length

  assertComplete(new Set(reached).size, dropped.overflow, isWanted)
  assertAscending([...new Set(reached)])
}

function allLanes(): readonly TestLane[] {
  return [
    testLane('lines', { resumes: true }),
    testLane('records', { level: 'warning', batchMaxEvents: 5 }),
    testLane('async', { level: 'info', batchMaxEvents: 7, retryMaxMs: 500 }),
  ]
}

let turn = 0

/** One that gets its events in order among them, and each time another way to fail for each. */
function poisonedLanes(): readonly TestLane[] {
  turn++
  const way = (lane: number): PoisonError => WAYS[(turn + lane) % WAYS.length] as PoisonError
  return [
    testLane('lines', { resumes: true, poison: way(0) }),
    testLane('records', { level: 'warning', batchMaxEvents: 5, poison: way(1) }),
    testLane('async', { level: 'info', batchMaxEvents: 7, retryMaxMs: 500, poison: way(2) }),
  ]
}

function asideOf(world: World, producer: TestProducer, lane: TestLane): readonly number[] {
  const name = `lane${world.lanes.indexOf(lane)}`
  return world.aside.letters.filter(({ adapter, origin }) => adapter === name && origin === producer.origin).map(({ seq }) => seq)
}

type Check = (world: World, producer: TestProducer, lane: TestLane) => void

async function property(
  options: CommandOptions,
  lanes: () => readonly TestLane[],
  check: Check,
  more: () => Partial<WorldOptions> = () => ({}),
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(commands(options), async (happenings) => {
      const world = new World({ lanes: lanes(), ...more() })
      world.join()
      const model: Model = { producers: [true] }

      await fc.asyncModelRun(() => ({ model, real: world }), happenings)
      for (const { destination } of world.lanes) destination.behaviour = 'ok'
      await world.settle()

      assertBalanced(world)
      for (const producer of world.producers) for (const lane of world.lanes) checkLane(world, producer, lane, check)
      assert.deepEqual(
        world.told.filter(([name]) => name === 'origin_gap'),
        [],
      )
    }),
    { numRuns: RUNS },
  )
}

/** What holds always, and then what holds in this world. */
function checkLane(world: World, producer: TestProducer, lane: TestLane, check: Check): void {
  const status = producer.status(world.lanes.indexOf(lane), lane.level)
  const refused = producer.logged.filter(({ result, level }) => result === 'queue_full' && level >= lane.level).length
  const written = new Map(producer.logged.map((event) => [event.seq, event]))

  assert.equal(status.pending, 0)
  assert.equal(status.dropped.find(({ reason }) => reason === 'queue_full')?.count ?? 0, refused)
  assert.equal(status.dropped.find(({ reason }) => reason === 'corrupt')?.count ?? 0, 0)
  for (const event of lane.destination.events.filter(({ origin }) => origin === producer.origin)) {
    const { level, text, result } = written.get(event.seq) ?? {}
    const [message, extra = ''] = text?.split('|') ?? []

    assert.equal(result, 'accepted')
    assert.deepEqual([event.level_value, event.message], [level, message])
    assert.equal((event.extra as { x?: string } | undefined)?.x ?? '', extra)
  }
  check(world, producer, lane)
}

function look(
  world: World,
  producer: TestProducer,
  lane: TestLane,
): {
  readonly reached: readonly number[]
  readonly dropped: Readonly<Record<Exclude<DropReason, 'queue_full' | 'unreachable'>, number>>
} {
  const { dropped } = producer.status(world.lanes.indexOf(lane), lane.level)
  const count = (reason: DropReason): number => dropped.find((drop) => drop.reason === reason)?.count ?? 0
  return {
    reached: lane.destination.seqsOf(producer.origin),
    dropped: {
      overflow: count('overflow'),
      rejected: count('rejected'),
      corrupt: count('corrupt'),
      down: count('down'),
      shutdown: count('shutdown'),
      unprocessable: count('unprocessable'),
    },
  }
}

/** What was given up while it was under way may have arrived all the same. */
function assertComplete(reached: number, given: number, wanted: number): void {
  if (given === 0) assert.equal(reached, wanted)
  assert.ok(reached <= wanted && reached + given >= wanted, `${reached} reached, ${given} given up, ${wanted} wanted`)
}

function assertAscending(seqs: readonly number[]): void {
  assert.deepEqual(
    seqs,
    seqs.toSorted((a, b) => a - b),
  )
}
