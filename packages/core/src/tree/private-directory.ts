import { chmodSync, lstatSync, mkdirSync, type Stats } from 'node:fs'
import { errorCode } from '../diagnostics/hub.js'

/** Why a directory is not used. */
export interface Unfit {
  readonly refused: 'missing' | 'other_user' | 'unsafe'
  readonly detail: string
}

export const PRIVATE_DIRECTORY_MODE = 0o700
export const PRIVATE_FILE_MODE = 0o600

/** Nobody but this user may look into it or put something there. Modes and owners say nothing on Windows: there the profile's own protect it. */
export function checkPrivateDirectory(path: string): Unfit | undefined {
  try {
    return checkStats(path, lstatSync(path, { throwIfNoEntry: false }))
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOTDIR' || code === 'ENAMETOOLONG') return { refused: 'missing', detail: `${path} cannot exist (${code})` }
    const refused = code === 'EACCES' ? 'other_user' : 'unsafe'
    return { refused, detail: `${path} cannot be looked at by this process (${code})` }
  }
}

/** Makes a directory that must not exist yet. False when it does. */
export function makePrivateDirectory(path: string): boolean {
  try {
    mkdirSync(path, { mode: PRIVATE_DIRECTORY_MODE })
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  }
  // a umask as 0277 takes away from the owner too
  chmodSync(path, PRIVATE_DIRECTORY_MODE)
  return true
}

/** Makes it when it is missing, and checks it in any case: another process may have made it at the same time. */
export function ensurePrivateDirectory(path: string): Unfit | undefined {
  makePrivateDirectory(path)
  return checkPrivateDirectory(path)
}

function checkStats(path: string, stats: Stats | undefined): Unfit | undefined {
  if (stats === undefined) return { refused: 'missing', detail: `${path} does not exist` }
  if (stats.isSymbolicLink()) return { refused: 'unsafe', detail: `${path} is a symbolic link` }
  if (!stats.isDirectory()) return { refused: 'unsafe', detail: `${path} is no directory` }
  const user = process.geteuid?.()
  if (user === undefined) return undefined
  if (stats.uid !== user)
    return { refused: 'other_user', detail: `${path} belongs to user ${stats.uid}, this process to ${user}` }
  const mode = stats.mode & 0o777
  if ((mode & 0o077) === 0) return undefined
  return { refused: 'unsafe', detail: `${path} is open to other users (mode ${mode.toString(8)}); chmod 700 closes it` }
}
