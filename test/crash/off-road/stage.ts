import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PATIENCE_MS } from '../../fixtures/patience.js'
import { cleanEnv } from '../../fixtures/spawn.js'
import { writersBelow, writersEnd } from '../outside/writer-processes.js'
import type { Row } from '../rows.js'

const PLAY = fileURLToPath(new URL('./play.js', import.meta.url))

export interface PlayOptions {
  /** Stand before the script. */
  readonly args?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** A command that starts the process: `unshare`, `prlimit`. */
  readonly through?: readonly string[]
}

/** A process that plays its scene. */
export interface Actor {
  readonly child: ChildProcess
  /** Resolves when it has told this word, or has ended. */
  hears(word: string): Promise<void>
  /** Its code or signal, and what it said on stderr. */
  readonly end: Promise<{ readonly end: number | NodeJS.Signals | null; readonly errors: string }>
}

/** A folder in which one trouble takes place. */
export class Stage {
  readonly row: Row
  readonly folder: string
  readonly #trouble: string
  /** What went another way than the trouble wants. */
  readonly strays: string[] = []
  /** Texts that somebody else put into files of the log folder: they have to be there afterwards, byte for byte. */
  readonly foreign: string[] = []

  constructor(row: Row, trouble: string, folder: string) {
    this.row = row
    this.folder = folder
    this.#trouble = trouble
    for (const name of ['logs', 'counters']) mkdirSync(join(folder, name))
  }

  get logs(): string {
    return join(this.folder, 'logs')
  }

  get spool(): string {
    return join(this.folder, 'spool')
  }

  /** Starts a process that plays a scene. */
  play(who: string, { args = [], env = {}, through = [] }: PlayOptions = {}): Actor {
    const [program = '', ...rest] = [...through, process.execPath, ...args, PLAY, this.row.id, this.#trouble, this.folder, who]
    const child = spawn(program, rest, { env: cleanEnv({ ...this.row.env, ...env }), stdio: ['pipe', 'pipe', 'pipe'] })
    let heard = ''
    let errors = ''
    child.stdout.on('data', (chunk) => {
      heard += String(chunk)
    })
    child.stderr.on('data', (chunk) => {
      errors += String(chunk)
    })
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
    const end = once(child, 'close').then(([code, signal]) => {
      clearTimeout(timer)
      return { end: (signal ?? code) as number | NodeJS.Signals | null, errors }
    })
    const hears = (word: string): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (heard.split('\n').includes(word)) resolve()
        }
        child.stdout.on('data', look)
        void end.then(() => resolve())
        look()
      })
    return { child, hears, end }
  }

  /** Plays a scene to its end, and notes when that is another one. */
  async playOut(who: string, options: PlayOptions = {}, expected: readonly (number | string | null)[] = [0]): Promise<void> {
    await this.ended(who, this.play(who, options), expected)
  }

  async ended(who: string, actor: Actor, expected: readonly (number | string | null)[] = [0]): Promise<void> {
    const { end, errors } = await actor.end
    if (!expected.includes(end)) this.strays.push(`${who} ended with ${end}: ${errors.trim().slice(-300)}`)
  }

  /** Waits for writers that outlive their producers. */
  async writersEnd(): Promise<void> {
    if (existsSync(this.spool) && !(await writersEnd(this.folder, PATIENCE_MS))) this.strays.push('a writer did not end')
  }

  /** Kills what is left. */
  clear(): void {
    if (process.platform === 'linux') for (const pid of writersBelow(this.folder)) process.kill(pid, 'SIGKILL')
  }
}
