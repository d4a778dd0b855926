import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Outcome, RaceBench } from '../bench.js'
import type { Pace } from './pace.js'
import { Racer } from './racer.js'

/**
 * Lets all subjects of a bench run lap by lap in turns, so that whatever else the machine does meets all of them alike.
 * Each has a process of its own: no garbage, compiled code or late write of one is charged to another.
 *
 * @param isProfiled samples the first subject, which is ours; its figures are then too high
 */
export async function race(bench: RaceBench, pace: Pace, scratch: string, isProfiled: boolean): Promise<readonly Outcome[]> {
  const racers: Racer[] = []
  try {
    for (const [index, subject] of bench.subjects.entries()) {
      racers.push(await Racer.start(bench, subject.name, join(scratch, `${bench.id}-${index}.log`), pace))
    }
    while (racers.some((racer) => !racer.isWarm)) for (const racer of racers) await racer.warmUp()
    for (const racer of racers) await racer.begin(isProfiled && racer === racers[0])
    const laps = bench.longLapTicks === undefined ? pace.laps * (bench.patience ?? 1) : pace.longLaps
    for (let lap = 0; lap < laps; lap++) {
      const order = lap % 2 === 0 ? racers : [...racers].reverse()
      for (const racer of order) await racer.lap()
    }
    const outcomes: Outcome[] = []
    for (const racer of racers) outcomes.push(await racer.finish())
    return outcomes
  } finally {
    for (const racer of racers) {
      racer.stop()
      rmSync(racer.file, { force: true })
    }
  }
}
