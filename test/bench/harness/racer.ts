import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Figures, Outcome, RaceBench } from '../bench.js'
import type { Finish, Reply, Request } from './messages.js'
import type { Pace } from './pace.js'
import { plainEnvironment } from './plain-environment.js'

const CONTESTANT = fileURLToPath(new URL('./contestant.js', import.meta.url))
const REPLY_TIMEOUT_MS = 120_000
/** A contestant that waits for the disk would warm up for minutes by CPU time. */
const WARM_UP_MAX_LAPS = 200
const WARM_UP_MAX_WALL_MS = 2000

/** The driver's side of one contestant's process. */
export class Racer {
  readonly file: string
  readonly #name: string
  readonly #pace: Pace
  readonly #child: ChildProcess
  readonly #longLapTicks: number | undefined
  #ticks = 1
  #warmCpuMs = 0
  #warmWallMs = 0
  #warmLaps = 0

  private constructor(bench: RaceBench, name: string, file: string, pace: Pace) {
    this.#name = name
    this.file = file
    this.#pace = scaled(pace, bench.lapScale ?? 1)
    this.#longLapTicks = bench.longLapTicks
    this.#child = fork(CONTESTANT, [bench.id, name, file], {
      env: plainEnvironment(),
      execArgv: [...process.execArgv, ...(bench.nodeArguments ?? [])],
    })
  }

  /** Starts the process and waits until its logger is open. */
  static async start(bench: RaceBench, name: string, file: string, pace: Pace): Promise<Racer> {
    const racer = new Racer(bench, name, file, pace)
    await racer.#reply('ready')
    return racer
  }

  get isWarm(): boolean {
    return (
      this.#warmCpuMs >= this.#pace.warmUpCpuMs || this.#warmWallMs >= WARM_UP_MAX_WALL_MS || this.#warmLaps >= WARM_UP_MAX_LAPS
    )
  }

  /** A lap that does not count; finds how many ticks make a lap of the wanted length. */
  async warmUp(): Promise<void> {
    if (this.isWarm) return
    const lap = await this.#ask({ kind: 'lap', runIn: 0, ticks: this.#ticks }, 'lap')
    this.#warmCpuMs += lap.cpuMs
    this.#warmWallMs += lap.wallMs
    this.#warmLaps++
    if (this.#longLapTicks !== undefined) {
      this.#ticks = this.#longLapTicks
      return
    }
    const stretch = Math.min(this.#pace.lapCpuMs / Math.max(lap.cpuMs, 0.01), this.#pace.lapWallMs / Math.max(lap.wallMs, 0.01))
    // half way at most, because one lap is a noisy sample and the first ones run code that is not yet compiled
    this.#ticks = Math.max(1, Math.round(this.#ticks * Math.sqrt(Math.min(stretch, 4))))
  }

  async begin(isProfiled: boolean): Promise<void> {
    await this.#ask({ kind: 'start', isProfiled }, 'started')
  }

  async lap(): Promise<void> {
    const runIn = this.#longLapTicks === undefined ? Math.ceil(this.#ticks * this.#pace.runIn) : 0
    await this.#ask({ kind: 'lap', runIn, ticks: this.#ticks }, 'lap')
  }

  /** Closes the logger, has its file checked, and gives the figures. */
  async finish(): Promise<Outcome> {
    const end = await this.#ask({ kind: 'finish' }, 'finish')
    const perCall = (milliseconds: number): number => (milliseconds * 1e6) / end.calls
    return {
      subject: this.#name,
      figures: {
        calls: end.calls,
        cpuNsPerCall: perCall(end.cpuMs),
        wallNsPerCall: perCall(end.lapsMs.reduce((sum, ms) => sum + ms, 0)),
        bytesPerLine: end.bytesPerLine,
        ...(this.#longLapTicks === undefined ? undefined : eventRates(end)),
        ...(end.watched === undefined
          ? undefined
          : {
              callerNsPerCall: perCall(end.watched.callerMs),
              totalCpuNsPerCall: perCall(end.cpuMs + end.watched.outsideMs),
              idleMsPerSecond: end.watched.idleMs,
            }),
        ...(end.gcMs === undefined ? undefined : { gcNsPerCall: perCall(end.gcMs) }),
      },
      faults: end.faults,
      ...(end.hotSpots === undefined ? undefined : { hotSpots: end.hotSpots }),
    }
  }

  stop(): void {
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL')
  }

  async #ask<K extends Reply['kind']>(request: Request, kind: K): Promise<Extract<Reply, { kind: K }>> {
    const reply = this.#reply(kind)
    this.#child.send(request)
    return reply
  }

  #reply<K extends Reply['kind']>(kind: K): Promise<Extract<Reply, { kind: K }>> {
    return new Promise((resolve, reject) => {
      const fail = (what: string): void => {
        settle()
        reject(new Error(`Expected \`${this.#name}\` to answer \`${kind}\`, got ${what}.`))
      }
      const onMessage = (reply: Reply): void => {
        if (isKind(reply, kind)) {
          settle()
          resolve(reply)
        } else fail(`\`${reply.kind}\``)
      }
      const onExit = (code: number | null, signal: string | null): void => fail(`its end with \`${signal ?? code}\``)
      const timer = setTimeout(() => fail('no answer in time'), REPLY_TIMEOUT_MS)
      const settle = (): void => {
        clearTimeout(timer)
        this.#child.off('message', onMessage).off('exit', onExit)
      }
      this.#child.on('message', onMessage).on('exit', onExit)
    })
  }
}

function scaled(pace: Pace, scale: number): Pace {
  return { ...pace, lapCpuMs: pace.lapCpuMs * scale, lapWallMs: pace.lapWallMs * scale }
}

/** All laps have as many calls. */
function eventRates({ calls, lapsMs }: Finish): Pick<Figures, 'eventsPerSecond' | 'bestEventsPerSecond'> {
  const sorted = [...lapsMs].sort((a, b) => a - b)
  const rate = (lapMs: number): number => (calls / lapsMs.length / lapMs) * 1000
  return { eventsPerSecond: rate(sorted[sorted.length >> 1] ?? Number.NaN), bestEventsPerSecond: rate(sorted[0] ?? Number.NaN) }
}

function isKind<K extends Reply['kind']>(reply: Reply, kind: K): reply is Extract<Reply, { kind: K }> {
  return reply.kind === kind
}
