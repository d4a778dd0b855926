/** What the system's table of processes says of one. */
export interface ProcessStatus {
  readonly state: 'running' | 'stopped' | 'zombie'
  /** 0 when not told. */
  readonly startTime: number
  /** How a zombie ended, as wait(2) has it; absent when not told. */
  readonly waitStatus?: number
}

// Positions in /proc/<pid>/stat behind the command, counted from its third field: see proc(5)
const STATE = 0
const THREADS = 17
const START_TIME = 19
const EXIT_CODE = 49

/**
 * Reads a line of `/proc/<pid>/stat`. The command stands in parentheses and may hold anything, parentheses and newlines
 * too, so that only what is behind the last one counts.
 */
export function parseProcStat(line: string): ProcessStatus | undefined {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const letter = fields[STATE]
  const startTime = Number(fields[START_TIME])
  if (letter === undefined || !Number.isSafeInteger(startTime) || startTime < 0) return undefined
  if (letter === 'X' || letter === 'x') return undefined
  // the first thread is a zombie before the others have ended, and one of them may be in the middle of a write
  if (letter === 'Z' && Number(fields[THREADS]) > 1) return { startTime, state: 'running' }
  if (letter === 'Z') return { startTime, state: 'zombie', ...waitStatusIn(fields[EXIT_CODE]) }
  return { startTime, state: letter === 'T' || letter === 't' ? 'stopped' : 'running' }
}

function waitStatusIn(field: string | undefined): Pick<ProcessStatus, 'waitStatus'> | undefined {
  return field === undefined ? undefined : { waitStatus: Number(field) }
}

/** Reads what `ps -o stat=,lstart= -p <pid>` writes on macOS in the C locale and UTC: `Ss   Fri Nov 20 12:34:56 2026`. */
export function parsePsLine(line: string): ProcessStatus | undefined {
  const [, letter, started = ''] = /^\s*(\S)\S*\s+(\S.*?)\s*$/.exec(line) ?? []
  if (letter === undefined) return undefined
  const seconds = Date.parse(`${started} UTC`) / 1000
  const startTime = Number.isSafeInteger(seconds) ? seconds : 0
  return { startTime, state: letter === 'Z' ? 'zombie' : letter === 'T' ? 'stopped' : 'running' }
}
