import { processTable } from '../../tree/process-table.js'
import type { WriterEnding } from './launch.js'

/** Signals that a process brings upon itself. */
const CRASHES: ReadonlySet<string> = new Set(['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGSYS', 'SIGTRAP'])
/** Of a status of wait(2): the signal, above it whether there is a core, above that the exit code. */
const SIGNAL_BITS = 0x7f
const EXIT_SHIFT = 8

export function endingOf(code: number | null, signal: string | null): WriterEnding {
  if (signal !== null) return CRASHES.has(signal) ? 'crashed' : 'killed'
  return code === null ? 'unknown' : 'crashed'
}

/** Of a child that is gone and has not been waited for, where the system tells. */
export function readEnding(pid: number): WriterEnding {
  const status = processTable().look(pid)?.waitStatus
  if (status === undefined || !Number.isSafeInteger(status)) return 'unknown'
  const { signals } = process.getBuiltinModule('node:os').constants
  const name = Object.entries(signals).find(([, number]) => number === (status & SIGNAL_BITS))?.[0]
  return endingOf(status >> EXIT_SHIFT, name ?? null)
}
