import { setTimeout } from 'node:timers/promises'
import type { TaskClock } from '../bench.js'
import { checkLines } from './check-lines.js'
import { findSubject } from './find-subject.js'
import { GcClock } from './gc-clock.js'
import type { Finish, Reply, Request } from './messages.js'
import { Profile } from './profile.js'
import { callerMs } from './task-clock.js'

const SECOND_MS = 1000

/** Runs one contestant in a process of its own, lap by lap, as the driver asks. */
async function main(benchId: string, subjectName: string, file: string): Promise<void> {
  const { bench, subject } = findSubject('race', benchId, subjectName)
  const contestant = await subject.open(file)
  const outside = bench.watchWriter === true && contestant.writer?.isInside === false ? contestant.writer : undefined
  const gc = bench.watchGc === true ? new GcClock() : undefined
  // locals, because a disabled call costs no more than looking these up
  const { perTick } = bench
  const { call } = contestant
  let calls = 0
  let counted = new Counted()
  let profile: Profile | undefined
  let callerEnd = 0

  const runTicks = (ticks: number, done: () => void): void => {
    const end = calls + perTick
    for (let index = calls; index < end; index++) call(index)
    calls = end
    if (ticks > 1) setImmediate(runTicks, ticks - 1, done)
    else setImmediate(endTicks, done)
  }
  const endTicks = (done: () => void): void => {
    if (bench.watchWriter === true) callerEnd = callerMs()
    if (contestant.settle === undefined) done()
    else contestant.settle(calls - 1).then(done, fail)
  }
  const runLap = (ticks: number): void => {
    const callerStart = bench.watchWriter === true ? callerMs() : 0
    const outsideMs = outside?.read() ?? 0
    const cpu = process.cpuUsage()
    const start = performance.now()
    runTicks(ticks, () => {
      const wallMs = performance.now() - start
      const cpuMs = milliseconds(process.cpuUsage(cpu))
      counted.lapsMs.push(wallMs)
      counted.lapCpuMs += cpuMs
      counted.outsideMs += (outside?.read() ?? 0) - outsideMs
      counted.callerMs += callerEnd - callerStart
      counted.calls += ticks * perTick
      reply({ kind: 'lap', cpuMs, wallMs })
    })
  }
  const runIn = (runInTicks: number, ticks: number): void => {
    if (runInTicks === 0) {
      runLap(ticks)
      return
    }
    const cpu = process.cpuUsage()
    runTicks(runInTicks, () => {
      counted.excludedCpuMs += milliseconds(process.cpuUsage(cpu))
      runLap(ticks)
    })
  }
  const start = async (isProfiled: boolean): Promise<void> => {
    if (isProfiled) {
      profile = new Profile()
      await profile.start()
    }
    counted = new Counted()
    gc?.reset()
  }
  const finish = async (): Promise<Finish> => {
    // a process that has ended has no times any more
    const idleMs = bench.watchWriter === true ? await idleCpuMs(outside) : 0
    await contestant.close()
    const { lapsMs, lapCpuMs, callerMs: countedCallerMs, outsideMs, calls: countedCalls } = counted
    // where a lap ends with all written there is nothing to do between laps but to wait, which is shown for itself
    const cpuMs = bench.watchWriter === true ? lapCpuMs : counted.cpuMs
    const gcMs = gc?.read()
    const hotSpots = await profile?.stop()
    const report = checkLines(file, calls, bench.lines, subject.information)
    const watched = bench.watchWriter === true ? { callerMs: countedCallerMs, outsideMs, idleMs } : undefined
    return { kind: 'finish', calls: countedCalls, cpuMs, lapsMs, gcMs, hotSpots, watched, ...report }
  }

  process.on('message', (request: Request) => {
    switch (request.kind) {
      case 'lap':
        return runIn(request.runIn, request.ticks)
      case 'start':
        start(request.isProfiled).then(() => reply({ kind: 'started' }), fail)
        return
      case 'finish':
        finish().then((report) => {
          reply(report)
          process.disconnect()
        }, fail)
    }
  })
  reply({ kind: 'ready' })
}

/** What counts since the start. */
class Counted {
  calls = 0
  readonly lapsMs: number[] = []
  lapCpuMs = 0
  callerMs = 0
  outsideMs = 0
  excludedCpuMs = 0
  readonly #cpu = process.cpuUsage()

  /** CPU time of the whole process but for run-ins, so that what a logger does between laps is charged to it. */
  get cpuMs(): number {
    return milliseconds(process.cpuUsage(this.#cpu)) - this.excludedCpuMs
  }
}

/** CPU time of a second in which nothing is logged, with a writer outside of the process. */
async function idleCpuMs(outside: TaskClock | undefined): Promise<number> {
  await setTimeout(SECOND_MS)
  const outsideMs = outside?.read() ?? 0
  const cpu = process.cpuUsage()
  const start = performance.now()
  await setTimeout(SECOND_MS)
  const spentMs = milliseconds(process.cpuUsage(cpu)) + (outside?.read() ?? 0) - outsideMs
  return (spentMs * SECOND_MS) / (performance.now() - start)
}

/** Ends the process, which the driver reports. */
function fail(error: unknown): void {
  setImmediate(() => {
    throw error
  })
}

function milliseconds(usage: NodeJS.CpuUsage): number {
  return (usage.user + usage.system) / 1000
}

function reply(message: Reply): void {
  process.send?.(message)
}

const [benchId = '', subjectName = '', file = ''] = process.argv.slice(2)
await main(benchId, subjectName, file)
