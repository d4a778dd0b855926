import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PATIENCE_MS } from '../../fixtures/patience.js'
import type { Order } from './holder.js'

const HOST = join(import.meta.dirname, '../../../peers/journald/host.sh')
const HOLDER = join(import.meta.dirname, 'holder.js')
const OUTPUT_MAX_BYTES = 1 << 30
const POLL_MS = 5

/** The commands that have to end well for a journald to start; for `hasTools`. */
export const JOURNALD_TOOLS = [
  ['test', '-x', '/lib/systemd/systemd-journald', '-a', '-e', '/etc/machine-id'],
  ['journalctl', '--version'],
  ['unshare', ...(process.getuid?.() === 0 ? ['-mn'] : ['-Urmn']), 'mount', '-t', 'tmpfs', 'tmpfs', '/run'],
] as const

/** An entry as `journalctl -o json` has it: a text, the bytes of one that is none to a terminal, or several of a repeated field. */
export type Entry = Readonly<Record<string, unknown>>

/** How a host is. */
export interface JournaldHost {
  /** As under systemd, the sockets stay when journald goes. @default false */
  readonly keepsSockets?: boolean
  /** Entries that wait for journald before a sender has to; 512 under systemd. @default 10 */
  readonly queueLength?: number
}

/** A real systemd-journald on a host of its own. */
export class Journald {
  readonly #holder: ChildProcess
  readonly #dir: string
  readonly #keepsSockets: boolean
  #pid = 0

  private constructor(holder: ChildProcess, dir: string, keepsSockets: boolean) {
    this.#holder = holder
    this.#dir = dir
    this.#keepsSockets = keepsSockets
  }

  static async start({ keepsSockets = false, queueLength = 10 }: JournaldHost = {}): Promise<Journald> {
    const dir = mkdtempSync(join(tmpdir(), 'holdfast-journald-'))
    const holder = spawn('sh', [HOST, dir, String(queueLength), process.execPath, HOLDER], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const journald = new Journald(holder, dir, keepsSockets)
    await journald.start()
    return journald
  }

  /** The datagram socket, as this process can reach it from outside. */
  get path(): string {
    return `/proc/${this.#holder.pid}/root/run/systemd/journal/socket`
  }

  /** Starts the daemon again, after it has ended. */
  async start(): Promise<void> {
    const order: Order = { start: true, keepsSockets: this.#keepsSockets }
    const answer = once(this.#holder, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) })
    this.#holder.send(order)
    const [pid] = (await answer) as [number]
    this.#pid = pid
    // the sockets come one after the other; once this one answers, all are there
    for (let waited = 0; this.#run('journalctl', '--sync').status !== 0; waited += POLL_MS) {
      if (waited > PATIENCE_MS) throw new Error('Journald did not start.')
      await sleep(POLL_MS)
    }
  }

  /** Sends a signal to the daemon, and waits for its end if it is one that ends it. */
  async signal(name: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    process.kill(this.#pid, name)
    if (name === 'SIGSTOP' || name === 'SIGCONT') return
    while (isAlive(this.#pid)) await sleep(POLL_MS)
  }

  /** Takes the socket away: what a container without one sees. */
  removeSocket(): void {
    rmSync(this.path)
  }

  /** What has arrived, in order of arrival, selected as by journalctl: `FIELD=value`. Other entries are journald's own. */
  read(...matches: readonly string[]): readonly Entry[] {
    const { status, stdout, stderr } = this.#run('journalctl', '--sync')
    if (status !== 0) throw new Error(`journalctl --sync: ${stdout}${stderr}`)
    return this.#run('journalctl', '-o', 'json', '--all', '--no-pager', ...matches)
      .stdout.split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Entry)
  }

  /** The count of its producer that each of these entries has, in order of arrival; quicker than all fields. */
  sequenceOf(...matches: readonly string[]): readonly number[] {
    return this.read('--output-fields=SEQ', ...matches).map(({ SEQ }) => Number(SEQ))
  }

  /** The beginning of a command that runs on the daemon's host, where it has its usual paths. */
  get enter(): readonly [program: string, ...args: string[]] {
    const user = process.getuid?.() === 0 ? [] : ['-U', '--preserve-credentials']
    return ['nsenter', '-t', String(this.#holder.pid), ...user, '-m', '--']
  }

  async stop(): Promise<void> {
    if (this.#holder.exitCode === null) {
      const exit = once(this.#holder, 'exit')
      this.#holder.disconnect()
      await exit
    }
    while (existsSync(`/proc/${this.#pid}`)) await sleep(POLL_MS)
    rmSync(this.#dir, { recursive: true, force: true })
  }

  #run(program: string, ...args: readonly string[]) {
    const [enter, ...rest] = this.enter
    return spawnSync(enter, [...rest, program, ...args], { encoding: 'utf8', maxBuffer: OUTPUT_MAX_BYTES })
  }
}

/** A field as text, however journalctl wrote it. */
export function textOf(value: unknown): string | undefined {
  if (Array.isArray(value) && value.every((byte) => typeof byte === 'number')) return Buffer.from(value).toString()
  return typeof value === 'string' ? value : undefined
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
