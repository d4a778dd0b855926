import { openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { JobLog } from './compress.js'

/**
 * Counts log calls where no logger has a hand in it: after each call that returned, its number is written into a small file, which the kernel
 * keeps when this process is killed. The same number goes along with the event, so that each call can be looked for in the log.
 */
export function countCalls(log: JobLog, folder: string): JobLog {
  const file = openSync(join(folder, String(process.pid)), 'w')
  const count = Buffer.alloc(4)
  let calls = 0
  const counted = (call: (numbered: { readonly call: number }) => unknown): unknown => {
    const result = call({ call: calls + 1 })
    // loggers that say nothing have taken it
    if (result !== undefined && result !== 'accepted') return result
    count.writeUInt32LE(++calls)
    writeSync(file, count, 0, count.length, 0)
    return result
  }
  return {
    debug: (message, fields) => counted((numbered) => log.debug(message, { ...fields, ...numbered })),
    info: (message, fields) => counted((numbered) => log.info(message, { ...fields, ...numbered })),
    warning: (message, fields) => counted((numbered) => log.warning(message, { ...fields, ...numbered })),
    error: (message, error, fields) => counted((numbered) => log.error(message, error, { ...fields, ...numbered })),
  }
}

/** How many calls of a process returned. */
export function callsOf(folder: string, pid: number): number {
  const bytes = readFileSync(join(folder, String(pid)))
  return bytes.length < 4 ? 0 : bytes.readUInt32LE()
}
