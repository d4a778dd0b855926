import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { CONTROL_BYTES, Control } from '../../dist/host/control.js'
import { deafSleeper, notifiedSleeper, type Sleeper, signalledSleeper } from '../../dist/host/sleeper.js'
import { makeRegion } from '../../dist/ring/shared/region.js'
import { ManualClock } from '../fixtures/manual-clock.js'

const HOUR_MS = 3_600_000
/** A signal alone keeps no loop going. */
const keptAlive = setInterval(() => undefined, HOUR_MS)
after(() => clearInterval(keptAlive))

interface Bed {
  readonly clock: ManualClock
  readonly control: Control
  readonly sleeper: Sleeper
  isAtRest: boolean
  /** What a producer does that has something new. */
  knock(): boolean
}

function notified(): Bed {
  return makeBed(notifiedSleeper, (control) => control.notify())
}

function signalled(): Bed {
  return makeBed(signalledSleeper, () => process.kill(process.pid, 'SIGURG'))
}

function makeBed(make: typeof notifiedSleeper, wake: (control: Control) => void): Bed {
  const clock = new ManualClock()
  const control = Control.format(makeRegion(new SharedArrayBuffer(CONTROL_BYTES)))
  const bed: Bed = {
    clock,
    control,
    sleeper: make({ clock, control, isAtRest: () => bed.isAtRest }),
    isAtRest: true,
    knock: () => {
      const isMine = control.isAsleep && control.takeAsleep()
      if (isMine) wake(control)
      return isMine
    },
  }
  return bed
}

/** Goes to bed as the writer does: first it listens, then it looks once more, then it sleeps. */
function goToBed({ sleeper }: Bed, ms = HOUR_MS): Promise<boolean> {
  sleeper.listen()
  return sleeper.sleep(ms)
}

for (const [name, make] of Object.entries({ notified, signalled }))
  describe(`a ${name} sleeper`, () => {
    it('sleeps until somebody knocks, the first of whom wakes it', async () => {
      const bed = make()
      const asleep = goToBed(bed)

      assert.deepEqual([bed.knock(), bed.knock()], [true, false])
      assert.equal(await asleep, true)
      assert.equal(bed.control.isAsleep, false)
    })

    it('hears who knocks between its last look and its sleep', async () => {
      const bed = make()
      bed.sleeper.listen()
      bed.knock()

      assert.equal(await bed.sleeper.sleep(HOUR_MS), true)
    })

    it('wakes by itself, and nobody needs to knock then', async () => {
      const bed = make()
      const asleep = goToBed(bed, 5)

      await bed.clock.advanceAsync(5)

      assert.equal(await asleep, false)
      assert.equal(bed.knock(), false)
    })

    it('sleeps 64 ms at most when nothing is under way, and 16 otherwise', async () => {
      const bed = make()
      for (const [isAtRest, longestMs] of [
        [true, 64],
        [false, 16],
      ] as const) {
        bed.isAtRest = isAtRest
        let isAwake = false
        const asleep = goToBed(bed).then(() => {
          isAwake = true
        })
        await bed.clock.advanceAsync(longestMs - 1)
        assert.equal(isAwake, false)
        await bed.clock.advanceAsync(1)
        await asleep
      }
    })

    it('is woken again and again, each time for itself', async () => {
      const bed = make()

      for (let night = 0; night < 50; night++) {
        const isEarly = night % 3 === 0
        const asleep = goToBed(bed, 5)
        if (isEarly) await bed.clock.advanceAsync(5)
        else assert.equal(bed.knock(), true)
        assert.equal(await asleep, !isEarly)
      }
    })

    it('does not listen when it has found something', () => {
      const bed = make()
      bed.sleeper.listen()
      bed.sleeper.stopListening()

      assert.equal(bed.knock(), false)
    })
  })

describe('a deaf sleeper', () => {
  it('sleeps 16 ms at most', async () => {
    const clock = new ManualClock()
    const asleep = deafSleeper(clock).sleep(HOUR_MS)

    await clock.advanceAsync(16)

    assert.equal(await asleep, false)
  })
})
