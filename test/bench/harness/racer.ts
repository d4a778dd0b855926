import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Outcome, RaceBench } from '../bench.js'
import type { Reply, Request } from './messages.js'
import type { Pace } from './pace.js'

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
  #ticks = 1
  #warmCpuMs = 0
  #warmWallMs = 0
  #warmLaps = 0

  private constructor(bench: RaceBench, name: string, file: string, pace: Pace) {
    this.#name = name
    this.file = file
    this.#pace = pace
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
    const stretch = Math.min(this.#pace.lapCpuMs / Math.max(lap.cpuMs, 0.01), this.#pace.lapWallMs / Math.max(lap.wallMs, 0.01))
    // half way at most, because one lap is a noisy sample and the first ones run code that is not yet compiled
    this.#ticks = Math.max(1, Math.round(this.#ticks * Math.sqrt(Math.min(stretch, 4))))
  }

  async begin(isProfiled: boolean): Promise<void> {
    await this.#ask({ kind: 'start', isProfiled }, 'started')
  }

  async lap(): Promise<void> {
    await this.#ask({ kind: 'lap', runIn: Math.ceil(this.#ticks * this.#pace.runIn), ticks: this.#ticks }, 'lap')
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
        wallNsPerCall: perCall(end.wallMs),
        bytesPerLine: end.bytesPerLine,
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

function isKind<K extends Reply['kind']>(reply: Reply, kind: K): reply is Extract<Reply, { kind: K }> {
  return reply.kind === kind
}

/** Without variables that would configure a logger. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HOLDFAST|LOG|NODE_OPTIONS|NODE_ENV)/.test(name)))
}
