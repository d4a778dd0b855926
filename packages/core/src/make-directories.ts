import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/** So often somebody else may remove a directory between two steps, as a retention that takes empty ones away. */
const ATTEMPTS = 5

/**
 * Makes a directory, and those above it that are missing. In the place of `mkdir` with `recursive`, which never comes back where nothing can be
 * made: below `/proc` the system says that a directory is missing whose parent is there.
 *
 * @param mode permission bits of those that are made @default 0o777 without the umask
 * @throws the error of the system call, with its `code`; of `/proc` and its like with what was wanted
 */
export function makeDirectories(path: string, mode?: number): void {
  for (let attempt = 1; ; attempt++) {
    if (makeOne(path, mode)) return
    const parent = dirname(path)
    // above an absolute path there is always one that is there; above a relative one not, when the working directory was removed
    if (parent === path) throw cannotBeMade(path, parent)
    if (isDirectory(parent) && attempt > 1) {
      if (attempt >= ATTEMPTS) throw cannotBeMade(path, parent)
    } else makeDirectories(parent, mode)
  }
}

/** False when something above it is missing. */
function makeOne(path: string, mode: number | undefined): boolean {
  try {
    mkdirSync(path, { mode })
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return false
    // EEXIST, or what a system says first of a directory that is there: EACCES, EROFS, EPERM
    if (isDirectory(path)) return true
    throw error
  }
}

function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch {
    return false
  }
}

function cannotBeMade(path: string, parent: string): NodeJS.ErrnoException {
  const message = `ENOENT: \`${path}\` cannot be made, although \`${parent}\` is there: nothing can be made there, as in /proc or in a folder that was removed`
  return Object.assign(new Error(message), { code: 'ENOENT', syscall: 'mkdir', path })
}
