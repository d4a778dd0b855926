import { readdir, readlink, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { errorCode } from './error-code.js'

/**
 * Of files with these base names, the identities of those that any process has open. Linux only: `/proc/<pid>/fd` (proc(5)).
 * Processes of other users and of other containers do not show.
 */
export async function findOpenFiles(names: ReadonlySet<string>): Promise<ReadonlySet<string> | undefined> {
  if (process.platform !== 'linux') return undefined
  const open = new Set<string>()
  for (const pid of await listOrNone('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    for (const fd of await listOrNone(`/proc/${pid}/fd`)) {
      const identity = await identityIfNamed(`/proc/${pid}/fd/${fd}`, names)
      if (identity !== undefined) open.add(identity)
    }
  }
  return open
}

async function listOrNone(path: string): Promise<readonly string[]> {
  return (await ifThere(readdir(path))) ?? []
}

async function identityIfNamed(link: string, names: ReadonlySet<string>): Promise<string | undefined> {
  const target = await ifThere(readlink(link))
  if (target === undefined || !names.has(basename(target))) return undefined
  const stats = await ifThere(stat(link))
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`
}

/** Processes end and close files while we look, and those of others are none of our business. */
async function ifThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'EINVAL'].includes(errorCode(error))) return undefined
    throw error
  }
}
