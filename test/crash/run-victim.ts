import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { examine } from './oracle/examine.js'
import type { Findings } from './oracle/findings.js'
import type { Place } from './place.js'

const VICTIM = fileURLToPath(new URL('./victim/victim.js', import.meta.url))
/** While its loop hangs, a victim's threads get this long. */
const BLOCKED_MS = 150
/** The random moment after the first event. */
const MOMENT_MIN_MS = 3
const MOMENT_MAX_MS = 60
const SLOW_MOMENT_MAX_MS = 600
const VICTIM_TIMEOUT_MS = 30_000

/** What one victim left. */
export interface VictimReport {
  readonly findings: Findings
  /** Set when the victim did not end as its column wants. */
  readonly strayEnd: string | undefined
}

/** Starts a victim, ends it if the column says so, and examines its file. */
export async function runVictim(place: Place, scratch: string, isPlanted: boolean): Promise<VictimReport> {
  const folder = mkdtempSync(join(scratch, 'victim-'))
  const file = join(folder, 'app.log')
  const counterFile = join(folder, 'counter')
  try {
    const child = start(place, file, counterFile)
    const timer = setTimeout(() => child.kill('SIGKILL'), VICTIM_TIMEOUT_MS)
    const [[code, signal], errors] = await Promise.all([ending(child), readAll(child), killFromOutside(child, place)])
    clearTimeout(timer)
    const isExpected = place.column.expects.some((wanted) => wanted === code || wanted === signal)
    const findings = examine(file, counterFile, isPlanted)
    // an import that fails must not look like nothing lost
    const isFair = isExpected && findings.told > 0
    const strayEnd = isFair
      ? undefined
      : `${findings.told} events, then ended with ${signal ?? code}: ${errors.trim().slice(-300)}`
    return { findings, strayEnd }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function start({ row, column, shape }: Place, file: string, counterFile: string): ChildProcess {
  const victim = [
    ...process.execArgv,
    ...(column.nodeArguments ?? []),
    VICTIM,
    row.id,
    column.id,
    String(shape.perTick),
    file,
    counterFile,
  ]
  const [command, args] =
    column.isInit === true ? ['unshare', ['-pf', '--mount-proc', process.execPath, ...victim]] : [process.execPath, victim]
  return spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: plainEnvironment() })
}

async function ending(child: ChildProcess): Promise<readonly [number | null, NodeJS.Signals | null]> {
  const [code, signal] = await once(child, 'exit')
  return [code, signal]
}

async function readAll(child: ChildProcess): Promise<string> {
  let text = ''
  child.stderr?.setEncoding('utf8')
  for await (const chunk of child.stderr ?? []) text += chunk
  return text
}

async function killFromOutside(child: ChildProcess, { row, column }: Place): Promise<void> {
  if (column.end === 'inside') {
    child.stdout?.resume()
    return
  }
  const isThere = await hears(child, column.end === 'blocked' ? 'blocked' : 'go')
  if (!isThere) return
  const latest = row.isSlow === true ? SLOW_MOMENT_MAX_MS : MOMENT_MAX_MS
  await pause(column.end === 'blocked' ? BLOCKED_MS : MOMENT_MIN_MS + Math.random() * latest)
  const target = column.isInit === true ? onlyChildOf(child.pid) : child.pid
  if (target !== undefined) process.kill(target, 'SIGKILL')
}

/** Resolves when the victim says the word, or false when it ends before. */
async function hears(child: ChildProcess, word: string): Promise<boolean> {
  let text = ''
  child.stdout?.setEncoding('utf8')
  for await (const chunk of child.stdout ?? []) {
    text += chunk
    if (text.includes(word)) return true
  }
  return false
}

/** `unshare` stands between; the PID 1 is its child. */
function onlyChildOf(pid: number | undefined): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return children === '' ? undefined : Number(children.split(' ')[0])
}

/** Without variables that would configure a logger or the victim's Node. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HOLDFAST|LOG|NODE_)/.test(name)))
}
