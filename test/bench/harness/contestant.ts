import type { RaceBench } from '../bench.js'
import { BENCHES } from '../benches.js'
import { checkLines } from './check-lines.js'
import { GcClock } from './gc-clock.js'
import type { Finish, Reply, Request } from './messages.js'
import { Profile } from './profile.js'

/** Runs one contestant in a process of its own, lap by lap, as the driver asks. */
async function main(benchId: string, subjectName: string, file: string): Promise<void> {
  const bench = BENCHES.find((candidate): candidate is RaceBench => candidate.kind === 'race' && candidate.id === benchId)
  const subject = bench?.subjects.find((candidate) => candidate.name === subjectName)
  if (bench === undefined || subject === undefined) {
    throw new RangeError(`Expected a subject of a race, got \`${benchId}\` \`${subjectName}\`.`)
  }
  const contestant = await subject.open(file)
  const gc = bench.watchGc === true ? new GcClock() : undefined
  // locals, because a disabled call costs no more than looking these up
  const { perTick } = bench
  const { call } = contestant
  let calls = 0
  let counted = new Counted()
  let profile: Profile | undefined

  const runTicks = (ticks: number, done: () => void): void => {
    const end = calls + perTick
    for (let index = calls; index < end; index++) call(index)
    calls = end
    if (ticks > 1) setImmediate(runTicks, ticks - 1, done)
    else if (contestant.settle === undefined) setImmediate(done)
    else contestant.settle().then(done, fail)
  }
  const runLap = (ticks: number): void => {
    const cpu = process.cpuUsage()
    const start = performance.now()
    runTicks(ticks, () => {
      const wallMs = performance.now() - start
      counted.wallMs += wallMs
      counted.calls += ticks * bench.perTick
      reply({ kind: 'lap', cpuMs: milliseconds(process.cpuUsage(cpu)), wallMs })
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
    await contestant.close()
    const { cpuMs, wallMs, calls: countedCalls } = counted
    const gcMs = gc?.read()
    const hotSpots = await profile?.stop()
    const report = checkLines(file, calls, bench.lines, subject.information)
    return { kind: 'finish', calls: countedCalls, cpuMs, wallMs, gcMs, hotSpots, ...report }
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
  wallMs = 0
  excludedCpuMs = 0
  readonly #cpu = process.cpuUsage()

  /** CPU time of the whole process but for run-ins, so that what a logger does between laps is charged to it. */
  get cpuMs(): number {
    return milliseconds(process.cpuUsage(this.#cpu)) - this.excludedCpuMs
  }
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
