import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PATIENCE_MS } from '../fixtures/patience.js'
import { examine } from './oracle/examine.js'
import type { Findings } from './oracle/findings.js'
import { startBusyLoops } from './outside/busy-loops.js'
import { endFromOutside } from './outside/end-from-outside.js'
import { writersBelow, writersEnd } from './outside/writer-processes.js'
import type { Place } from './place.js'

const VICTIM = fileURLToPath(new URL('./victim/victim.js', import.meta.url))
const PARENT = fileURLToPath(new URL('./victim/parent.js', import.meta.url))
const RESTART = fileURLToPath(new URL('./victim/restart.js', import.meta.url))

/** What one victim left. */
export interface VictimReport {
  readonly findings: Findings
  /** Set when something did not end as the column wants. */
  readonly strayEnd: string | undefined
}

interface Ended {
  readonly end: number | NodeJS.Signals | null
  readonly errors: string
}

/** Starts a victim, ends it if the column says so, waits for what outlives it, and examines its file. */
export async function runVictim(place: Place, scratch: string, isPlanted: boolean): Promise<VictimReport> {
  const folder = mkdtempSync(join(scratch, 'victim-'))
  const file = join(folder, 'app.log')
  const counterFile = join(folder, 'counter')
  const endBusyLoops = place.column.isBusy === true ? startBusyLoops() : undefined
  try {
    const child = startVictim(place, file, counterFile)
    const [victim] = await Promise.all([ended(child), endFromOutside({ child, place, folder, file })])
    const stray = isExpected(place, victim) ? await afterwards(place, folder, file) : describe(victim)
    const findings = examine(file, counterFile, isPlanted)
    // an import that fails must not look like nothing lost
    const isFair = stray === undefined && findings.told > 0
    return { findings, strayEnd: isFair ? undefined : `${findings.told} events, then ${stray ?? describe(victim)}` }
  } finally {
    endBusyLoops?.()
    for (const pid of place.row.writer === 'process' ? writersBelow(folder) : []) process.kill(pid, 'SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Lets a writer process do what it has to do after its victim; says what went wrong. */
async function afterwards({ row, column }: Place, folder: string, file: string): Promise<string | undefined> {
  if (row.writer !== 'process') return undefined
  if (!(await writersEnd(folder, PATIENCE_MS))) return 'its writer did not end'
  if (column.isRestarted !== true) return undefined
  const restarted = await ended(start(column.isInit === true, row.env, [RESTART, row.id, column.id, file], 'ignore'))
  if (restarted.end !== 0) return `the restart ${describe(restarted)}`
  return (await writersEnd(folder, PATIENCE_MS)) ? undefined : 'the writer of the restart did not end'
}

function startVictim({ row, column, shape }: Place, file: string, counterFile: string): ChildProcess {
  const program = column.hasParent === true ? PARENT : VICTIM
  const victim = [program, row.id, column.id, String(shape.perTick), file, counterFile]
  const stdin = column.end === 'writer' ? 'pipe' : 'ignore'
  return start(column.isInit === true, row.env, [...(column.nodeArguments ?? []), ...victim], stdin, column.hasParent)
}

function start(
  isInit: boolean,
  env: Readonly<Record<string, string>> | undefined,
  nodeArguments: readonly string[],
  stdin: 'ignore' | 'pipe',
  detached = false,
): ChildProcess {
  const args = [...process.execArgv, ...nodeArguments]
  const [command, all] = isInit ? ['unshare', ['-pf', '--mount-proc', process.execPath, ...args]] : [process.execPath, args]
  return spawn(command, all, { stdio: [stdin, 'pipe', 'pipe'], env: { ...plainEnvironment(), ...env }, detached })
}

async function ended(child: ChildProcess): Promise<Ended> {
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
  try {
    const [[code, signal], errors] = await Promise.all([once(child, 'exit'), readAll(child)])
    return { end: signal ?? code, errors }
  } finally {
    clearTimeout(timer)
  }
}

async function readAll(child: ChildProcess): Promise<string> {
  let text = ''
  child.stderr?.setEncoding('utf8')
  for await (const chunk of child.stderr ?? []) text += chunk
  return text
}

function isExpected({ column }: Place, { end }: Ended): boolean {
  return column.expects.some((wanted) => wanted === end)
}

function describe({ end, errors }: Ended): string {
  return `ended with ${end}: ${errors.trim().slice(-300)}`
}

/** Without variables that would configure a logger or the victim's Node. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HOLDFAST|LOG|NODE_)/.test(name)))
}
