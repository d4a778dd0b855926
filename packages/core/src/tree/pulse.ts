import { closeSync, constants, lstatSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '../diagnostics/hub.js'
import { ownProcessId } from './process-id.js'

/**
 * Tells across PID namespaces whether a run lives. In a container pids say nothing about the processes of another, nor about those of the same
 * container before it was started again; but a named pipe knows whether any process has it open, and the kernel closes it with the process,
 * however that ends.
 *
 * ```
 *  root    ──┐
 *  writer  ──┼── have <run>/pulse open      open(pulse, O_WRONLY | O_NONBLOCK):  ENXIO = nobody has = all of them are dead
 *  members ──┘
 * ```
 */
export interface Pulse {
  stop(): void
}

const FILE = 'pulse'
/** PROC_PID_INIT_INO: the namespace that a machine starts with. */
const FIRST_NAMESPACE = 4026531836
const COMMAND_BUDGET_MS = 1000

/** Makes the pipe of a new run and holds it. Only where pids do not tell: it costs the start of a program. `undefined` where there is none. */
export function startPulse(run: string): Pulse | undefined {
  return makePulse(join(run, FILE))
}

/** The same for whatever is to be told of, under a name that nothing else has had. */
export function makePulse(path: string): Pulse | undefined {
  const { namespace } = ownProcessId()
  if (namespace === 0 || namespace === FIRST_NAMESPACE) return undefined
  const { spawnSync } = process.getBuiltinModule('node:child_process')
  const made = spawnSync('mkfifo', ['-m', '600', path], { stdio: 'ignore', timeout: COMMAND_BUDGET_MS })
  return made.status === 0 ? holdPipe(path) : undefined
}

/** Holds the pipe of a run, as its writer and its members do until they leave. `undefined` when the run has none. */
export function joinPulse(run: string): Pulse | undefined {
  return holdPipe(join(run, FILE))
}

/** Whether any process of this machine holds the pipe; `undefined` when there is none, or it cannot be asked. */
export function hasPulse(run: string): boolean | undefined {
  return isPulseHeld(join(run, FILE))
}

/** The same for a pipe that `makePulse` made. */
export function isPulseHeld(path: string): boolean | undefined {
  const fd = openPipe(path, constants.O_WRONLY)
  if (typeof fd === 'string') return fd === 'ENXIO' ? false : undefined
  closeSync(fd)
  return true
}

function holdPipe(path: string): Pulse | undefined {
  // nothing is ever read or written; O_RDWR alone opens a pipe without waiting for the other side
  const fd = openPipe(path, constants.O_RDWR)
  if (typeof fd === 'string') return undefined
  let isOpen = true
  return {
    stop() {
      if (isOpen) closeSync(fd)
      isOpen = false
    },
  }
}

/** Returns the code of the error when it cannot be opened. Node closes its descriptors in children. */
function openPipe(path: string, access: number): number | string {
  try {
    // bigint: after a plain look at a pipe, Node's realpathSync, and with it require, stops at the first folder that it knows
    if (!lstatSync(path, { bigint: true }).isFIFO()) return 'ENOENT'
    return openSync(path, access | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  } catch (error) {
    return errorCode(error)
  }
}
