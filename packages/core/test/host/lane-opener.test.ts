import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Adapter } from '@holdfast/api'
import { LaneOpener } from '../../dist/host/lane-opener.js'
import type { LanePlan } from '../../dist/host/lane-plan.js'
import { Suspects } from '../../dist/host/suspects.js'
import type { Precautions } from '../../dist/host/writer-spec.js'
import { Lane } from '../../dist/lane/lane.js'
import { laneSettings } from '../../dist/lane/settings.js'
import { NoticeWriter } from '../../dist/ring/notice.js'
import { ManualClock } from '../fixtures/manual-clock.js'
import { MemoryAside } from './fixtures/memory-aside.js'

const NEVER = new Promise<never>(() => undefined)
const ADAPTER: Adapter = { name: 'any', write: () => undefined }

interface Opened {
  readonly clock: ManualClock
  readonly opener: LaneOpener
  readonly lanes: readonly Lane[]
  /** Lanes that came to their adapter, in order. */
  readonly opened: string[]
  /** Lanes whose adapter was asked for, in order. */
  readonly begun: string[]
  readonly noted: { lane: string | undefined; isOpening: boolean }
  readonly told: [name: string, payload: Record<string, unknown>][]
  readonly late: string[]
  watched: boolean
}

function open(
  loads: Readonly<Record<string, LanePlan['load']>>,
  precautions: Partial<Precautions> = {},
  timeoutMs = 6000,
): Opened {
  const clock = new ManualClock()
  const told: Opened['told'] = []
  const report = (name: string, payload: unknown): void => void told.push([name, payload as Record<string, unknown>])
  const begun: string[] = []
  const plans = Object.entries(loads).map(([name, load]): LanePlan => {
    return {
      name,
      lane: { timeoutMs },
      load: () => {
        begun.push(name)
        return load()
      },
    }
  })
  const laneParts = {
    clock,
    report,
    failureResetMs: 1000,
    notices: new NoticeWriter(clock, () => '{}'),
    aside: new MemoryAside(),
    wake: () => undefined,
    dropped: () => undefined,
  }
  const lanes = plans.map(({ name, lane }) => new Lane(undefined, name, laneSettings(lane), laneParts))
  const opened: string[] = []
  const late: string[] = []
  const noted: Opened['noted'] = { lane: undefined, isOpening: false }
  const world = { clock, lanes, opened, begun, noted, told, late, watched: true }
  const opener = new LaneOpener(lanes, plans, {
    clock,
    report,
    suspects: new Suspects((lane, isOpening) => Object.assign(noted, { lane, isOpening })),
    precautions: { quarantine: [], isCareful: false, ...precautions },
    opened: ({ name }) => opened.push(name),
    isWatched: () => world.watched,
    late: (lane) => late.push(lane),
  })
  opener.look()
  return Object.assign(world, { opener })
}

/** Time passes, and the writer looks every ten milliseconds. */
async function pass({ clock, opener }: Opened, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    await clock.advanceAsync(10)
    opener.look()
  }
}

const atOnce = (): (() => Adapter) => () => ADAPTER
const soon = async (): Promise<() => Adapter> => () => ADAPTER

describe('the lanes of a writer are opened', () => {
  it('one after the other, so that one delivers before the next is begun', async () => {
    const world = open({ a: soon, b: soon, c: soon })
    const first = [...world.begun]
    await pass(world, 30)

    assert.deepEqual([first, world.opened, world.lanes.map(({ isOpen }) => isOpen)], [['a'], ['a', 'b', 'c'], [true, true, true]])
  })

  it('at once, where they can be', () => {
    assert.deepEqual(open({ a: atOnce, b: atOnce }).opened, ['a', 'b'])
  })

  it('without waiting for long for one whose module waits for something', async () => {
    const world = open({ a: () => NEVER, b: soon })

    await pass(world, 300)

    assert.deepEqual(world.opened, ['b'])
  })

  it('those last that made trouble, and when their pause is over', async () => {
    const quarantine = [{ lane: 'a', pauseMs: 2000, reason: 'its adapter hung' }]
    const world = open({ a: soon, b: soon }, { quarantine })

    await pass(world, 1900)
    const before = [...world.opened]
    await pass(world, 200)

    assert.deepEqual([before, world.opened], [['b'], ['b', 'a']])
    assert.equal(world.lanes[0]?.health.isQuarantined, true)
  })

  it('but no lane that made trouble while nobody is there who would end the writer', async () => {
    const world = open({ a: soon }, { quarantine: [{ lane: 'a', pauseMs: 0, reason: 'its adapter hung' }] })
    const watched = [...world.begun]
    const alone = open(
      { a: mustNotBeCalled, b: () => NEVER },
      { quarantine: [{ lane: 'a', pauseMs: 100, reason: 'its adapter hung' }] },
    )
    alone.watched = false

    await pass(alone, 1000)

    assert.deepEqual([watched, alone.begun], [['a'], ['b']])
  })
})

describe('a lane whose adapter is not there in time', () => {
  it('is told of with its name, and left alone; it opens when its module comes after all', async () => {
    let come: (create: () => Adapter) => void = () => undefined
    const world = open({ a: () => new Promise((resolve) => (come = resolve)) })
    const lane = world.lanes[0] as Lane

    await pass(world, 6100)
    const then = [lane.health.isQuarantined, lane.isOpen, lane.health.isReady()]
    come(() => ADAPTER)
    await pass(world, 20)

    const error = 'its module has not been loaded after 6000 ms'
    assert.deepEqual(world.told[0], ['adapter_error', { adapter: 'a', operation: 'import', error, code: 'ETIMEDOUT' }])
    assert.deepEqual([then, world.late], [[true, false, false], ['a']])
    assert.deepEqual(
      [lane.isOpen, lane.health.isReady(), lane.health.isQuarantined, lane.health.state],
      [true, true, false, 'ok'],
    )
  })

  it('has five seconds, however short the time is that its calls have: a busy machine takes its time to load a module', async () => {
    const world = open({ a: () => NEVER }, {}, 300)

    await pass(world, 4900)
    const before = world.late.length
    await pass(world, 200)

    assert.deepEqual([before, world.late.length], [0, 1])
  })

  it('is suspected no longer when something else ends the writer', async () => {
    const world = open({ a: () => NEVER })
    const early = { ...world.noted }

    await pass(world, 6100)

    assert.deepEqual(
      [early, world.noted],
      [
        { lane: 'a', isOpening: true },
        { lane: undefined, isOpening: false },
      ],
    )
  })
})

describe('a lane whose adapter cannot be made', () => {
  it('is tried again, with growing pauses: what was missing may come', async () => {
    let missing = 3
    const world = open({
      a: async () => () => {
        if (missing-- > 0) throw new Error('no descriptor left')
        return ADAPTER
      },
    })

    await pass(world, 1500)

    assert.deepEqual([world.begun.length, world.opened], [4, ['a']])
    assert.ok(
      world.told.some(([name, { error }]) => name === 'queue_worker_error' && String(error).includes('no descriptor left')),
    )
  })
})

describe('after an end that nobody can explain', () => {
  it('each lane is under suspicion alone for a while before the next one is opened', async () => {
    const world = open({ a: atOnce, b: atOnce }, { isCareful: true })
    const first = { ...world.noted }
    await pass(world, 400)
    const before = [...world.opened]
    await pass(world, 200)
    const second = { ...world.noted }
    await pass(world, 600)

    assert.deepEqual([first.lane, before, second.lane], ['a', ['a'], 'b'])
    assert.equal(world.noted.lane, undefined)
  })
})

function mustNotBeCalled(): never {
  throw new Error('It was called.')
}
