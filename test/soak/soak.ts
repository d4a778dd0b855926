import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { writersBelow, writersEnd } from '../crash/outside/writer-processes.js'
import { beRough, type Target, type Toll } from './chaos.js'
import type { RootMessage, SoakFolder } from './layout.js'
import { measure, type Peak } from './meter.js'
import { type Operations, operate } from './operator.js'
import type { SoakOptions } from './options.js'
import { type Account, account, logFiles } from './oracle.js'
import { BAD_EVERY } from './sink/picky-adapter.js'

const ROOT = fileURLToPath(new URL('./tree/root.js', import.meta.url))
const SINK = fileURLToPath(new URL('./sink/sink.js', import.meta.url))
/** For everything that is still under way when the machine is kind again. */
const END_MS = 150_000
const MEASURE_MS = 250
const PROGRESS_MS = 10_000

export interface SoakOutcome {
  readonly file: Account
  readonly sink: Account
  /** Of the adapter that cannot process some events. */
  readonly picky: Account
  readonly operations: Operations
  readonly tolls: Readonly<Record<Target['name'], Toll>>
  readonly files: number
  readonly producers: number
  readonly peak: Peak
  readonly diagnostics: ReadonlyMap<string, number>
  /** Events that the root was told to be dropped. */
  readonly dropped: number
  /** What the root said at its end; `undefined` when it did not come to it. */
  readonly end: Extract<RootMessage, { readonly kind: 'ended' }> | undefined
  readonly haveWritersEnded: boolean
  /** What is left of run directories. */
  readonly leftovers: readonly string[]
  readonly errors: string
}

/** Lets a tree log while it is treated badly, and holds what it left against what its producers say. */
export async function soak(folder: SoakFolder, { seconds, producers, isPlanted }: SoakOptions): Promise<SoakOutcome> {
  const sink = keepAlive(folder)
  const root = startRoot(folder, producers)
  const watch = watchRoot(root)
  const peak: Peak = { bytes: 0, descriptors: 0 }
  const tolls = { producer: newToll(), writer: newToll(), sink: newToll() }
  const targets: readonly Target[] = [
    { name: 'producer', pids: () => watch.producers, killEveryMs: 4_000, stopEveryMs: 3_000, stopMaxMs: 1_500 },
    // a stop of more than two seconds is a writer that hangs, which is replaced
    { name: 'writer', pids: () => writersBelow(folder.path), killEveryMs: 5_500, stopEveryMs: 9_000, stopMaxMs: 3_000 },
    { name: 'sink', pids: () => sink.pids(), killEveryMs: 7_000, stopEveryMs: 6_000, stopMaxMs: 2_500 },
  ]
  const chaos = new AbortController()
  const operations: Operations = { moved: 0, foreign: [] }
  const progress = watchProgress(folder, tolls, peak, seconds)
  try {
    const rough = [
      ...targets.map((target) => beRough(target, tolls[target.name], chaos.signal)),
      operate(folder.log, operations, chaos.signal),
    ]
    await pause(seconds * 1000)
    chaos.abort()
    await Promise.all(rough)
    writeFileSync(folder.stop, '')
    if (root.connected) root.send('stop')
    const timer = setTimeout(() => root.kill('SIGKILL'), END_MS)
    if (root.exitCode === null && root.signalCode === null) await once(root, 'exit')
    clearTimeout(timer)
    const haveWritersEnded = await writersEnd(folder.path, END_MS)
    return {
      ...(await accounts(folder, operations.foreign, isPlanted)),
      operations,
      tolls,
      producers: watch.started,
      peak,
      diagnostics: watch.diagnostics,
      dropped: watch.dropped,
      end: watch.end,
      haveWritersEnded,
      // records that were put aside outlive the run, and so does the mark of the last one
      leftovers: readdirSync(join(folder.spool, 'soak')).filter((name) => name !== 'aside' && !name.startsWith('.')),
      errors: readFileSync(folder.errors, 'utf8').trim(),
    }
  } finally {
    progress.stop()
    sink.stop()
    root.kill('SIGKILL')
    for (const pid of [...watch.producers, ...writersBelow(folder.path)]) endProcess(pid)
  }
}

async function accounts(
  { log, sunk, picked, counters }: SoakFolder,
  foreign: readonly string[],
  isPlanted: boolean,
): Promise<Pick<SoakOutcome, 'file' | 'sink' | 'picky' | 'files'>> {
  const files = existing(logFiles(log))
  return {
    file: await account(files, counters, { foreign, isPlanted }),
    sink: await account(existing([sunk]), counters),
    picky: await account(existing([picked]), counters, { leavesOut: BAD_EVERY }),
    files: files.length,
  }
}

function existing(files: readonly string[]): readonly string[] {
  return files.filter((file) => existsSync(file))
}

function startRoot({ path, errors }: SoakFolder, producers: number): ChildProcess {
  const stdio = ['ignore', 'ignore', openSync(errors, 'a'), 'ipc'] as const
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(LOG|NODE)_|^HOLDFAST_(?!TREE_HANDOFF)/.test(name)),
  )
  return spawn(process.execPath, [...process.execArgv, ROOT, path, String(producers)], { stdio: [...stdio], env })
}

interface RootWatch {
  producers: readonly number[]
  started: number
  readonly diagnostics: Map<string, number>
  dropped: number
  end: SoakOutcome['end']
}

function watchRoot(root: ChildProcess): RootWatch {
  const watch: RootWatch = { producers: [], started: 0, diagnostics: new Map(), dropped: 0, end: undefined }
  root.on('message', (message: RootMessage) => {
    switch (message.kind) {
      case 'producers':
        watch.producers = message.pids
        watch.started = message.started
        break
      case 'diagnostic':
        watch.diagnostics.set(message.name, (watch.diagnostics.get(message.name) ?? 0) + 1)
        if (message.name === 'queue_dropped') watch.dropped += Number(message.payload['count'])
        break
      case 'ended':
        watch.end = message
    }
  })
  return watch
}

/** A sink that is started anew whenever it is gone. */
function keepAlive({ path }: SoakFolder): { readonly pids: () => readonly number[]; readonly stop: () => void } {
  let child: ChildProcess | undefined
  let isStopped = false
  const startSink = (): void => {
    child = spawn(process.execPath, [SINK, path], { stdio: ['ignore', 'ignore', 'inherit'] })
    child.once('exit', () => {
      if (!isStopped) startSink()
    })
  }
  startSink()
  return {
    pids: () => (child?.pid === undefined ? [] : [child.pid]),
    stop() {
      isStopped = true
      child?.kill('SIGKILL')
    },
  }
}

/** Measures the writers, and says from time to time how it goes. */
function watchProgress(
  folder: SoakFolder,
  tolls: SoakOutcome['tolls'],
  peak: Peak,
  seconds: number,
): { readonly stop: () => void } {
  const start = Date.now()
  const say = (): void => {
    const killed = Object.entries(tolls).map(([name, { killed, stopped }]) => `${name} ${killed}/${stopped}`)
    const passed = Math.round((Date.now() - start) / 1000)
    const line = `${passed}/${seconds} s; killed/stopped: ${killed.join(', ')}; ${megabytes(sizeOf(folder))} MB logged; writer up to ${megabytes(peak.bytes)} MB`
    if (process.stderr.isTTY) process.stderr.write(`\r${line}\u001b[K`)
    else console.error(line)
  }
  const meter = setInterval(() => {
    for (const pid of writersBelow(folder.path)) measure(pid, peak)
  }, MEASURE_MS)
  const progress = setInterval(say, process.stderr.isTTY ? 1000 : PROGRESS_MS)
  return {
    stop() {
      clearInterval(meter)
      clearInterval(progress)
      if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
    },
  }
}

function sizeOf({ log }: SoakFolder): number {
  const folder = dirname(log)
  if (!existsSync(folder)) return 0
  return readdirSync(folder).reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0)
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}

function newToll(): Toll {
  return { killed: 0, stopped: 0 }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    return // it has ended by itself
  }
}
