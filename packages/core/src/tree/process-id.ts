import { processTable } from './process-table.js'

/**
 * Which process, told so that no later process is mistaken for it. A pid alone is used again, soonest as PID 1 of the next container.
 */
export interface ProcessId {
  readonly pid: number
  /** When it began, in the clock ticks or seconds of its system; 0 where the system does not tell. */
  readonly startTime: number
  /** Which run of the kernel; empty where the system does not tell. */
  readonly bootId: string
  /** Number of the PID namespace: containers on one machine share the boot id and have their own pids. 0 where there is none. */
  readonly namespace: number
}

const TEXT = /^(\d{1,10})\.(\d{1,16})\.(\d{1,16})\.([\w-]{0,64})$/
let own: ProcessId | undefined

/** Who this process is; looked up once. All its threads have the same. */
export function ownProcessId(): ProcessId {
  const { bootId, namespace, ownStartTime } = processTable()
  own ??= { pid: process.pid, startTime: ownStartTime, bootId, namespace }
  return own
}

export function isSameProcess(one: ProcessId, other: ProcessId): boolean {
  return formatProcessId(one) === formatProcessId(other)
}

/** As a word that fits a file name, an environment variable and JSON. */
export function formatProcessId({ pid, startTime, namespace, bootId }: ProcessId): string {
  return `${pid}.${startTime}.${namespace}.${bootId}`
}

/** The way back; `undefined` for anything else, whatever it is. */
export function parseProcessId(text: unknown): ProcessId | undefined {
  const [, pid, startTime, namespace, bootId] = (typeof text === 'string' ? TEXT.exec(text) : undefined) ?? []
  if (bootId === undefined) return undefined
  const id = { pid: Number(pid), startTime: Number(startTime), namespace: Number(namespace), bootId }
  return id.pid > 0 && id.pid <= 0x7fffffff && Number.isSafeInteger(id.startTime) ? id : undefined
}
