import { readdirSync, readlinkSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

const LOOK_MS = 10

/** Pids of the writer processes that keep their files below a folder: each has its log there open as stderr. Linux only. */
export function writersBelow(folder: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && (stderrOf(name)?.startsWith(`${folder}/`) ?? false))
    .map(Number)
}

function stderrOf(pid: string): string | undefined {
  try {
    const target = readlinkSync(`/proc/${pid}/fd/2`)
    return target.includes('/writer.log') ? target : undefined
  } catch {
    // it has just ended, or is not ours to look at
    return undefined
  }
}

/** The writer, once there is one. */
export async function writerBelow(folder: string, timeoutMs: number): Promise<number | undefined> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await pause(LOOK_MS)) {
    const [pid] = writersBelow(folder)
    if (pid !== undefined) return pid
  }
  return undefined
}

/** Waits until the writers have done their work. False when the time was up before. */
export async function writersEnd(folder: string, timeoutMs: number): Promise<boolean> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await pause(LOOK_MS)) {
    if (writersBelow(folder).length === 0) return true
  }
  return false
}
