import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { CONTROL_BYTES, Control } from '../../dist/host/control.js'
import type { Precautions } from '../../dist/host/writer-spec.js'
import { makeRegion } from '../../dist/ring/shared/region.js'
import { NO_RECORDS } from '../../dist/tree/lane-records.js'
import type { WriterEnding, WriterLaunch } from '../../dist/writer/remote/launch.js'
import { Supervisor } from '../../dist/writer/remote/supervisor.js'
import { ManualClock } from '../fixtures/manual-clock.js'

/** A writer that does what the test says. */
class FakeLaunch implements WriterLaunch {
  readonly mode = 'process'
  mayStart = true
  isShort = false
  state: ReturnType<WriterLaunch['look']> = 'none'
  starts: Precautions['quarantine'][] = []
  careful: boolean[] = []
  /** How a writer that is gone ended. */
  howEnded: WriterEnding = 'killed'
  kills = 0
  /** Whether the next writers come up. */
  comesUp = true
  /** A thread is gone only some time after it was told to end. */
  diesLater = false
  readonly #control: Control

  constructor(control: Control) {
    this.#control = control
  }

  start({ quarantine, isCareful }: Precautions): void {
    this.starts.push(quarantine)
    this.careful.push(isCareful)
    this.state = 'alive'
    if (!this.comesUp) return
    this.#control.begin(this.starts.length, 100 + this.starts.length)
    this.#control.beat()
  }

  look(): ReturnType<WriterLaunch['look']> {
    return this.state
  }

  kill(): boolean {
    this.kills++
    if (this.diesLater) return false
    this.state = 'gone'
    return true
  }

  ending(): WriterEnding {
    return this.howEnded
  }

  wake(): void {}

  lastWords(): string {
    return 'so long'
  }
}

function supervise(): {
  clock: ManualClock
  control: Control
  launch: FakeLaunch
  supervisor: Supervisor
  seen: [name: string, payload: unknown][]
  given: { up: number }
  run: (ms: number, isBeating?: boolean) => void
} {
  const clock = new ManualClock()
  const control = Control.format(makeRegion(new SharedArrayBuffer(CONTROL_BYTES)))
  const launch = new FakeLaunch(control)
  const seen: [string, unknown][] = []
  const given = { up: 0 }
  const giveUp = (): void => {
    given.up++
  }
  const supervisor = new Supervisor({
    launch,
    control,
    clock,
    report: (name, payload) => seen.push([name, payload]),
    lanes: ['file', 'net'],
    records: NO_RECORDS,
    giveUp,
  })
  const run = (ms: number, isBeating = false): void => {
    for (let passed = 0; passed < ms; passed += 100) {
      clock.sleepSync(100)
      if (isBeating && launch.state === 'alive') control.beat()
      supervisor.look()
    }
  }
  supervisor.start()
  supervisor.look()
  return { clock, control, launch, supervisor, seen, given, run }
}

describe('the supervisor of a writer', () => {
  it('leaves one alone that beats', () => {
    const { launch, supervisor, seen, run } = supervise()

    run(60_000, true)

    assert.deepEqual([launch.starts.length, supervisor.state, seen], [1, 'running', []])
  })

  it('starts another one when it is gone, and says both', () => {
    const { launch, supervisor, seen, run } = supervise()

    launch.state = 'gone'
    run(300)

    assert.deepEqual([launch.starts.length, launch.kills, supervisor.restarts, supervisor.state], [2, 0, 1, 'running'])
    assert.deepEqual(seen, [
      ['writer_gone', { lane: '', restarts: 0, last_words: 'so long' }],
      ['writer_restarted', { restarts: 1, pid: 102 }],
    ])
  })

  it('does so a hundred times in a row as long as each comes up', () => {
    const { launch, given, supervisor, run } = supervise()

    for (let i = 0; i < 100; i++) {
      launch.state = 'gone'
      run(6000, true)
    }

    assert.deepEqual([launch.starts.length, given.up, supervisor.state], [101, 0, 'running'])
  })

  it('ends one that is there and does not beat, and leaves the lane alone that it was in', () => {
    const { control, launch, seen, run } = supervise()

    control.note(1)
    run(2500)

    assert.deepEqual([launch.starts.length, launch.kills], [2, 1])
    assert.deepEqual(seen[0], ['writer_hung', { lane: 'net', silent_ms: 2000 }])
    assert.equal(launch.starts[1]?.[0]?.lane, 'net')
  })

  it('remembers which lane it was when the end takes its time', () => {
    const { control, launch, seen, run } = supervise()
    launch.diesLater = true

    control.note(0)
    run(2500)
    launch.state = 'gone'
    run(300)

    assert.deepEqual(
      launch.starts.map((quarantine) => quarantine.map(({ lane }) => lane)),
      [[], ['file']],
    )
    assert.deepEqual(
      seen.map(([name]) => name),
      ['writer_hung', 'writer_restarted'],
    )
  })

  it('leaves a lane alone longer each time, and all that hang, also when the writer ends for another reason', () => {
    const { control, launch, run } = supervise()

    control.note(1)
    run(2500)
    control.note(0)
    run(2500)
    launch.state = 'gone'
    run(300)
    control.note(1)
    run(2500)

    assert.ok(launch.starts[2]?.some(({ lane }) => lane === 'file'))
    assert.ok(launch.starts[3]?.some(({ lane }) => lane === 'file'))
    const pauses = launch.starts.map((quarantine) => quarantine.find(({ lane }) => lane === 'net')?.pauseMs ?? 0)
    assert.ok((pauses[1] as number) >= 2500 && (pauses[1] as number) <= 5000, `${pauses[1]}`)
    assert.ok((pauses[4] as number) >= 5000 && (pauses[4] as number) <= 10_000, `${pauses[4]}`)
  })

  it('blames no lane for one that hangs before it has begun', () => {
    const { control, launch, run, seen } = supervise()
    control.note(1)
    launch.state = 'gone'
    launch.comesUp = false
    run(300)

    run(25_000)

    assert.deepEqual(seen.find(([name]) => name === 'writer_hung')?.[1], { lane: '', silent_ms: 2000 })
    assert.deepEqual(launch.starts.flat(), [])
  })

  it('blames no lane for one that was stopped, and ends it all the same', () => {
    const { control, launch, run, seen } = supervise()
    control.note(1)
    launch.state = 'stopped'

    run(2500)

    assert.deepEqual([launch.starts.flat(), launch.kills], [[], 1])
    assert.deepEqual(seen[0], ['writer_hung', { lane: '', silent_ms: 2000 }])
  })

  it('gives one that is starting more time than one that was at work', () => {
    const { launch, run } = supervise()
    launch.state = 'gone'
    launch.comesUp = false
    run(300)

    run(15_000)

    assert.deepEqual([launch.starts.length, launch.kills], [2, 0])
  })

  it('gives up when five in a row have not come up, once', () => {
    const { launch, given, supervisor, seen, run } = supervise()
    launch.comesUp = false
    launch.state = 'gone'

    for (let i = 0; i < 40; i++) {
      run(3000)
      launch.state = 'gone'
    }

    assert.deepEqual([launch.starts.length, given.up, supervisor.state], [6, 1, 'ended'])
    assert.equal(seen.filter(([name]) => name === 'writer_unavailable').length, 1)
  })

  it('waits longer before each look at one that does not come up', () => {
    const { launch, clock, run } = supervise()
    launch.comesUp = false
    launch.state = 'gone'
    const at: number[] = []
    for (let i = 0; i < 60; i++) {
      const before = launch.starts.length
      run(100)
      if (launch.starts.length > before) at.push(clock.monotonic())
      launch.state = 'gone'
    }

    assert.equal(at.length, 5)
    assert.ok((at[4] as number) - (at[3] as number) >= (at[1] as number) - (at[0] as number))
  })

  it('blames the lane that the writer crashed in, at once, and says so', () => {
    const { control, launch, seen, run } = supervise()
    launch.howEnded = 'crashed'

    control.note(1)
    launch.state = 'gone'
    run(300)

    assert.deepEqual(
      launch.starts.map((quarantine) => quarantine.map(({ lane }) => lane)),
      [[], ['net']],
    )
    assert.deepEqual(seen[0], ['writer_gone', { lane: 'net', restarts: 0, last_words: 'so long' }])
  })

  it('takes it for chance that a writer was in a lane when it was killed, but not three times in a row', () => {
    const { control, launch, run } = supervise()

    for (let i = 0; i < 3; i++) {
      control.note(1)
      launch.state = 'gone'
      run(300)
    }

    assert.deepEqual(
      launch.starts.map((quarantine) => quarantine.length),
      [0, 0, 0, 1],
    )
  })

  it('does not give up because of one lane, however often that ends its writer', () => {
    const { control, launch, given, run } = supervise()
    launch.howEnded = 'crashed'

    for (let i = 0; i < 20; i++) {
      control.note(1)
      launch.state = 'gone'
      run(300)
    }

    assert.deepEqual([launch.starts.length, given.up], [21, 0])
    assert.ok((launch.starts[20]?.[0]?.pauseMs ?? 0) > 100_000)
  })

  it('lets the next writer be careful when one has ended by its own doing in no lane', () => {
    const { control, launch, run } = supervise()
    launch.howEnded = 'crashed'

    launch.state = 'gone'
    run(300)
    control.note(0)
    launch.state = 'gone'
    run(300)

    assert.deepEqual(launch.careful, [false, true, false])
  })

  it('gives a lane more time to be loaded when it was ended at that before, and no more for a write', () => {
    const { control, launch, run } = supervise()
    const isEndedAfter = (ms: number): boolean => {
      const before = launch.kills
      run(ms)
      return launch.kills > before
    }
    control.note(1, true)
    const first = isEndedAfter(2500)
    control.note(1, true)
    isEndedAfter(2500)
    control.note(1, true)
    const third = [isEndedAfter(3000), isEndedAfter(1500)]
    control.note(1)
    const write = isEndedAfter(2500)

    assert.deepEqual([first, third, write], [true, [false, true], true])
  })

  it('tells whom not to run in the application', () => {
    const { control, launch, run, supervisor } = supervise()
    launch.howEnded = 'crashed'
    control.note(0)
    launch.state = 'gone'
    run(60_000, true)

    assert.deepEqual(supervisor.banned, [
      {
        lane: 'file',
        reason: 'its adapter ended the writer: it is not run in the application',
        pauseMs: Number.POSITIVE_INFINITY,
      },
    ])
  })

  it('takes its own pause for no silence of the writer', () => {
    const { control, clock, launch, supervisor, seen } = supervise()

    for (let i = 0; i < 10; i++) {
      // the whole container was stopped
      clock.sleepSync(60_000)
      supervisor.look()
      control.beat()
      clock.sleepSync(100)
      supervisor.look()
    }

    assert.deepEqual([launch.kills, seen], [0, []])
  })

  it('ends none where it may not start one, and says that it hangs', () => {
    const { launch, run, supervisor } = supervise()
    launch.mayStart = false

    run(5000)

    assert.deepEqual([launch.kills, launch.starts.length, supervisor.state], [0, 1, 'hung'])
  })

  it('starts none where it may not, as in a member whose root lives', () => {
    const { launch, run, supervisor } = supervise()
    launch.mayStart = false
    launch.state = 'gone'

    run(5000)

    assert.equal(launch.starts.length, 1)
    launch.mayStart = true
    run(300)
    assert.deepEqual([launch.starts.length, supervisor.state], [2, 'running'])
  })
})
