import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '@holdfast/core'
import { pause } from './outcome-within.js'

const OPEN_FILES = '/proc/self/fd'
const POLL_MS = 10

/**
 * What this process holds: kinds of handles and requests that keep it alive, listeners on `process`, and, where the system can tell
 * (Linux), open files below a folder.
 */
export function resourcesHeld(dir: string): readonly string[] {
  const listeners = process
    .eventNames()
    .flatMap((name) => process.listeners(name as 'exit').map(() => `listener of ${String(name)}`))
  return [...process.getActiveResourcesInfo(), ...listeners, ...openFiles(dir)].sort()
}

/**
 * What is held now and was not before. Sockets and files take a moment to go after they were closed: looks again until nothing is
 * left or the time is over.
 */
export async function newlyHeld(dir: string, before: readonly string[], withinMs: number): Promise<readonly string[]> {
  const end = systemClock.monotonic() + withinMs
  for (;;) {
    const left = surplus(before, resourcesHeld(dir))
    if (left.length === 0 || systemClock.monotonic() >= end) return left
    await pause(POLL_MS)
  }
}

/** The entries of a list beyond those of another, each counted as often as it is there. */
function surplus(before: readonly string[], now: readonly string[]): readonly string[] {
  const known = [...before]
  return now.filter((entry) => {
    const at = known.indexOf(entry)
    if (at === -1) return true
    known.splice(at, 1)
    return false
  })
}

function openFiles(dir: string): readonly string[] {
  if (!existsSync(OPEN_FILES)) return []
  return readdirSync(OPEN_FILES).flatMap((descriptor) => {
    const path = pathOf(descriptor)
    return path.startsWith(dir) ? [`open file ${path.slice(dir.length)}`] : []
  })
}

/** The descriptor that listed the folder is gone by now: it has no path. */
function pathOf(descriptor: string): string {
  try {
    return readlinkSync(join(OPEN_FILES, descriptor))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}
