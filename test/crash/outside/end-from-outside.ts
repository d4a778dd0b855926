import type { ChildProcess } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { PATIENCE_MS } from '../../fixtures/patience.js'
import type { Place } from '../place.js'
import { writerBelow } from './writer-processes.js'

/** The random moment after the first event. */
const MOMENT_MIN_MS = 3
const MOMENT_MAX_MS = 60
const SLOW_MOMENT_MAX_MS = 600
/** A file that has something and has not grown for so long will not: its victim's threads have done what they do while the loop hangs. */
const SETTLED_MS = 500
const SETTLED_MAX_MS = 60_000
const LOOK_MS = 10

export interface Ending {
  readonly child: ChildProcess
  readonly place: Place
  readonly folder: string
  readonly file: string
}

/** Does what the column wants from outside, if anything. */
export async function endFromOutside(ending: Ending): Promise<void> {
  const { child, place } = ending
  const { end } = place.column
  if (end === 'inside') {
    child.stdout?.resume()
    return
  }
  const hears = listen(child)
  if (!(await hears(end === 'blocked' ? 'blocked' : 'go'))) return
  switch (end) {
    case 'blocked':
      await settled(ending.file)
      return kill(victimOf(ending))
    case 'moment':
      await moment(place)
      return kill(victimOf(ending))
    case 'writer':
      return killWriter(ending)
    case 'both':
      return killBoth(ending)
    case 'full':
      return killWhenFull(ending, hears)
  }
}

async function killWriter({ child, place, folder }: Ending): Promise<void> {
  const writer = await writerBelow(folder, PATIENCE_MS)
  await moment(place)
  kill(writer)
  child.stdin?.end('end\n')
}

async function killBoth(ending: Ending): Promise<void> {
  const writer = await writerBelow(ending.folder, PATIENCE_MS)
  await moment(ending.place)
  const both = Math.random() < 0.5 ? [writer, victimOf(ending)] : [victimOf(ending), writer]
  for (const pid of both) kill(pid)
}

async function killWhenFull(ending: Ending, hears: (word: string) => Promise<boolean>): Promise<void> {
  const writer = await writerBelow(ending.folder, PATIENCE_MS)
  if (writer !== undefined) process.kill(writer, 'SIGSTOP')
  try {
    if (await hears('full')) kill(victimOf(ending))
  } finally {
    if (writer !== undefined) goOn(writer)
  }
}

/** A negative id is a process group: a parent with its child. `unshare` stands between; the PID 1 is its child. */
function victimOf({ child: { pid }, place: { column } }: Ending): number | undefined {
  if (pid === undefined) return undefined
  if (column.hasParent === true) return -pid
  return column.isInit === true ? onlyChildOf(pid) : pid
}

function onlyChildOf(pid: number): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return children === '' ? undefined : Number(children.split(' ')[0])
}

function kill(pid: number | undefined): void {
  if (pid !== undefined) process.kill(pid, 'SIGKILL')
}

/** On a busy machine the victim may have ended a writer that was stopped for too long. */
function goOn(writer: number): void {
  try {
    process.kill(writer, 'SIGCONT')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

async function moment({ row }: Place): Promise<void> {
  const latest = row.isSlow === true ? SLOW_MOMENT_MAX_MS : MOMENT_MAX_MS
  await pause(MOMENT_MIN_MS + Math.random() * latest)
}

async function settled(file: string): Promise<void> {
  const start = Date.now()
  for (let [size, since] = [0, start]; Date.now() - start < SETTLED_MAX_MS; await pause(LOOK_MS)) {
    const now = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    if (now !== size) [size, since] = [now, Date.now()]
    else if (size > 0 && Date.now() - since >= SETTLED_MS) return
  }
}

/** Waits for words of the child, each time from what was heard so far; false when it ends before. */
function listen(child: ChildProcess): (word: string) => Promise<boolean> {
  let text = ''
  let hasEnded = false
  const waiting = new Set<() => void>()
  const wake = (): void => {
    for (const look of waiting) look()
  }
  child.stdout?.setEncoding('utf8')
  child.stdout?.on('data', (chunk: string) => {
    text += chunk
    wake()
  })
  child.stdout?.once('close', () => {
    hasEnded = true
    wake()
  })
  return (word) =>
    new Promise((resolve) => {
      const look = (): void => {
        const isSaid = text.includes(word)
        if (!isSaid && !hasEnded) return
        waiting.delete(look)
        resolve(isSaid)
      }
      waiting.add(look)
      look()
    })
}
