import { closeSync, openSync, readFileSync, readlinkSync, readSync } from 'node:fs'
import { errorCode } from '../diagnostics/hub.js'
import { type ProcessStatus, parseProcStat, parsePsLine } from './process-status.js'

/** How this system is asked about its processes. */
export interface ProcessTable {
  readonly bootId: string
  readonly namespace: number
  readonly ownStartTime: number
  /** `undefined`: there is no such process. What cannot be looked at counts as running. */
  look(pid: number): ProcessStatus | undefined
}

const STAT_MAX_BYTES = 2048
const COMMAND_BUDGET_MS = 2000
let table: ProcessTable | undefined

/** Looked up once. */
export function processTable(): ProcessTable {
  table ??= process.platform === 'linux' ? linuxTable() : process.platform === 'darwin' ? macTable() : signalTable('', 0)
  return table
}

function linuxTable(): ProcessTable {
  const bootId = textOf('/proc/sys/kernel/random/boot_id')
  const namespace = Number(/\d+/.exec(linkAt('/proc/self/ns/pid'))?.[0] ?? 0)
  // a /proc that was mounted for another namespace, as after `unshare --pid --fork`, shows other processes under our pids
  if (linkAt('/proc/self') !== String(process.pid)) return signalTable(bootId, namespace)
  const bytes = Buffer.allocUnsafe(STAT_MAX_BYTES)
  const look = (pid: number): ProcessStatus | undefined => {
    try {
      const fd = openSync(`/proc/${pid}/stat`, 'r')
      try {
        return parseProcStat(bytes.toString('latin1', 0, readSync(fd, bytes, 0, STAT_MAX_BYTES, 0)))
      } finally {
        closeSync(fd)
      }
    } catch (error) {
      const code = errorCode(error)
      // no descriptor left, or no permission to read: the other way to ask needs neither
      return code === 'ENOENT' || code === 'ESRCH' ? undefined : lookBySignal(pid)
    }
  }
  return { bootId, namespace, ownStartTime: look(process.pid)?.startTime ?? 0, look }
}

/** There a look starts `ps`, some milliseconds; `kill` finds the dead without it. */
function macTable(): ProcessTable {
  const look = (pid: number): ProcessStatus | undefined => {
    const status = lookBySignal(pid)
    return status === undefined
      ? undefined
      : (parsePsLine(outputOf('/bin/ps', '-o', 'stat=,lstart=', '-p', String(pid))) ?? status)
  }
  // not `kern.boottime`, which changes when the clock is set
  const bootId = outputOf('/usr/sbin/sysctl', '-n', 'kern.bootsessionuuid').trim()
  return { bootId, namespace: 0, ownStartTime: look(process.pid)?.startTime ?? 0, look }
}

/** Where the system can only be asked whether a pid is in use: a later process of that pid passes for the earlier one. */
function signalTable(bootId: string, namespace: number): ProcessTable {
  return { bootId, namespace, ownStartTime: 0, look: lookBySignal }
}

function lookBySignal(pid: number): ProcessStatus | undefined {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return undefined
    // EPERM: it lives, and belongs to another user
  }
  return { startTime: 0, state: 'running' }
}

/** What is not told is empty, and then not compared. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1').trim()
  } catch {
    return ''
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return ''
  }
}

function outputOf(program: string, ...args: readonly string[]): string {
  try {
    const env = { LC_ALL: 'C', TZ: 'UTC' }
    return process.getBuiltinModule('node:child_process').execFileSync(program, args, {
      encoding: 'latin1',
      env,
      timeout: COMMAND_BUDGET_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
  } catch {
    return ''
  }
}
