import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../clock.js'
import { describeError, errorCode } from '../../diagnostics/hub.js'
import type { Control } from '../../host/control.js'
import { WRITER_VARIABLE } from '../../host/is-writer.js'
import type { ProcessStart } from '../../host/process-main.js'
import type { Precautions, WriterSpec } from '../../host/writer-spec.js'
import { killWriter } from '../../tree/kill-writer.js'
import { ownProcessId, type ProcessId } from '../../tree/process-id.js'
import { isGone, stateOf } from '../../tree/process-state.js'
import { processTable } from '../../tree/process-table.js'
import { currentWriter, type WriterHolder } from '../../tree/writer-lock.js'
import type { WriterEnding, WriterLaunch } from './launch.js'
import { endingOf, readEnding } from './writer-ending.js'
import { writerProgram } from './writer-program.js'

const KILL_BUDGET_MS = 2000
const LAST_WORDS_BYTES = 400
/** What a process can lack for a while. */
const SHORTAGES: readonly string[] = ['EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM', 'ENOSPC', 'EDQUOT']
/** 0 is one's own group, 1 is init. */
const LOWEST_PID = 2

export interface ProcessLaunchOptions {
  readonly run: string
  readonly clock: Clock
  /** What the writer has to know; asked when one is started. `undefined`: it is not known here. */
  readonly spec: () => WriterSpec | undefined
  /** Paths of what a writer reads: without them, a new one would serve nobody. */
  readonly needs: readonly string[]
  /** Runs of dead processes, to be recovered beside the present one. */
  readonly recover: readonly string[]
  /** Whether this process may start a writer now. */
  readonly mayStart: () => boolean
}

/** A writer in a process of its own, which outlives this one. */
export class ProcessLaunch implements WriterLaunch {
  readonly mode = 'process'
  readonly #options: ProcessLaunchOptions
  readonly #log: string
  #child: ChildProcess | undefined
  #childId: ProcessId | undefined
  /** Why the last start failed, if it did. */
  #startError: unknown

  constructor(options: ProcessLaunchOptions) {
    this.#options = options
    this.#log = join(options.run, 'writer.log')
  }

  get mayStart(): boolean {
    return this.#options.mayStart()
  }

  get isShort(): boolean {
    return SHORTAGES.includes(errorCode(this.#startError))
  }

  start(precautions: Precautions): void {
    this.#startError = undefined
    try {
      this.#start(precautions)
    } catch (error) {
      this.#startError = error
      throw error
    }
  }

  #start(precautions: Precautions): void {
    const { run, needs, spec: findSpec } = this.#options
    const missing = needs.find((path) => statSync(path, { throwIfNoEntry: false }) === undefined)
    if (missing !== undefined) throw new Error(`\`${missing}\` was removed: a new writer could not read it.`)
    const spec = findSpec()
    const program = writerProgram('process')
    if (spec === undefined) throw new Error('What the writer has to know is not known here.')
    if (typeof program !== 'string') throw new Error(`${program.reason}; ${program.cure}`)
    const start: ProcessStart = {
      run,
      afterEpoch: currentWriter(run)?.epoch ?? 0,
      recover: this.#options.recover,
      spec: { ...spec, precautions },
    }
    const input = this.#unlinkedFile(JSON.stringify(start))
    const log = openSync(this.#log, 'w', 0o600)
    try {
      const { NODE_OPTIONS: _, ...env } = process.env
      const { spawn } = process.getBuiltinModule('node:child_process') // loaded only where a writer process is wanted
      const child = spawn(process.execPath, [program], {
        detached: true,
        stdio: [input, 'ignore', log],
        env: { ...env, [WRITER_VARIABLE]: '1' },
        windowsHide: true,
      })
      // how it ends is seen by its heartbeat and its pid
      child.on('error', (error) => {
        if (child.pid === undefined) this.#startError = error
      })
      child.unref()
      this.#child = child
      const { pid } = child
      this.#childId =
        pid === undefined ? undefined : { ...ownProcessId(), pid, startTime: processTable().look(pid)?.startTime ?? 0 }
    } finally {
      closeSync(input)
      closeSync(log)
    }
  }

  look(): ReturnType<WriterLaunch['look']> {
    const holder = this.#holder()
    if (holder?.process !== undefined && !isGone(holder.process)) return lookAt(holder.process)
    if (this.#child === undefined) return holder === undefined ? 'none' : 'gone'
    return this.#childId === undefined || isGone(this.#childId) ? 'gone' : lookAt(this.#childId)
  }

  /** Whoever writes; `undefined` also when that cannot be read and the writer that this process started has ended. */
  #holder(): WriterHolder | undefined {
    try {
      return currentWriter(this.#options.run)
    } catch (error) {
      const { exitCode = null, signalCode = null } = this.#child ?? {}
      if (exitCode === null && signalCode === null) throw error
      return undefined
    }
  }

  ending(): WriterEnding {
    const id = this.#childId
    const holder = this.#holder()?.process
    // one that another process started is that one's to ask
    if (id === undefined || (holder !== undefined && holder.pid !== id.pid)) return 'unknown'
    const { exitCode = null, signalCode = null } = this.#child ?? {}
    // the loop of this thread has not come so far, when a call waits for the writer
    return exitCode === null && signalCode === null ? readEnding(id.pid) : endingOf(exitCode, signalCode)
  }

  kill(): boolean {
    const { run, clock } = this.#options
    const holder = currentWriter(run)
    const isHolderGone = holder === undefined || killWriter(holder, clock, KILL_BUDGET_MS) === 'gone'
    const id = this.#childId
    // one that was started and has not taken the lock
    if (id === undefined || isGone(id)) return isHolderGone
    return isHolderGone && killWriter({ epoch: 0, role: 'writer', process: id }, clock, KILL_BUDGET_MS) === 'gone'
  }

  wake({ pid }: Control): void {
    if (pid < LOWEST_PID) return
    try {
      process.kill(pid, 'SIGURG')
    } catch {
      // it is gone, which is seen soon
    }
  }

  lastWords(): string {
    if (this.#startError !== undefined) return describeError(this.#startError)
    try {
      return readFileSync(this.#log, 'utf8').trim().slice(-LAST_WORDS_BYTES)
    } catch {
      return ''
    }
  }

  /** What may be secret goes through a file that has no name, written before the child is there to read it. */
  #unlinkedFile(text: string): number {
    const path = join(this.#options.run, `.start-${process.pid}`)
    const fd = openSync(path, 'wx+', 0o600)
    rmSync(path)
    const bytes = Buffer.from(text)
    // at a position, so that the reader, who shares the offset, begins at the beginning
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, done)
    return fd
  }
}

function lookAt(writer: ProcessId): 'alive' | 'stopped' {
  return stateOf(writer) === 'stopped' ? 'stopped' : 'alive'
}
