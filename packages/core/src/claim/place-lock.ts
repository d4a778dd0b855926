import { closeSync, fstatSync, linkSync, openSync, rmSync, writeSync } from 'node:fs'
import { errorCode } from '../diagnostics/hub.js'
import { identityOf, readLock } from './claim-record.js'

/** A lock that was placed, and is kept open. */
export interface PlacedLock {
  readonly fd: number
  readonly identity: string
}

/** Everybody may read who has it; who may write into the folder is the folder's business. */
const MODE = 0o644
/** A file system that has no links: exFAT, some of FUSE and SMB. */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL'])

/**
 * Makes a lock that appears under its name whole, or not at all; `undefined` when the name is taken.
 *
 * @param describe what to write into it, for the descriptor that it is open under
 */
export function placeLock(
  path: string,
  temporary: string,
  token: string,
  describe: (fd: number) => string,
): PlacedLock | undefined {
  const fd = openSync(temporary, 'wx+', MODE)
  let isPlaced = false
  try {
    writeWhole(fd, describe(fd))
    const outcome = link(temporary, path, token)
    isPlaced = outcome === 'placed'
    if (isPlaced) return { fd, identity: identityOf(fstatSync(fd)) }
    if (outcome === 'taken') return undefined
  } finally {
    if (!isPlaced) closeSync(fd)
    removeTemporary(temporary)
  }
  return placeAlone(path, describe)
}

/** Asks what stands there after an error: it may have happened all the same. */
function link(temporary: string, path: string, token: string): 'placed' | 'taken' | 'no_links' {
  try {
    linkSync(temporary, path)
    return 'placed'
  } catch (error) {
    const code = errorCode(error)
    const present = readLock(path)
    if (present?.token === token) return 'placed'
    if (code === 'EEXIST' || present !== undefined) return 'taken'
    if (NO_LINKS.has(code)) return 'no_links'
    throw error
  }
}

/** Where there are no links: for a moment it is there and says nothing, and whoever sees it then takes it for somebody's. */
function placeAlone(path: string, describe: (fd: number) => string): PlacedLock | undefined {
  let fd: number
  try {
    fd = openSync(path, 'wx+', MODE)
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return undefined
    throw error
  }
  try {
    writeWhole(fd, describe(fd))
    return { fd, identity: identityOf(fstatSync(fd)) }
  } catch (error) {
    closeSync(fd)
    rmSync(path, { force: true })
    throw error
  }
}

function writeWhole(fd: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, done)
}

/** Its second name; left behind it disturbs nobody. */
function removeTemporary(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // the folder has become read-only, say
  }
}
