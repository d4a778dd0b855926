import { rmSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { errorCode } from '../diagnostics/hub.js'
import { renameSurely } from '../surely.js'
import { makePrivateDirectory } from '../tree/private-directory.js'
import { parkingPlace } from '../tree/run-directory.js'

interface Parked {
  readonly path: string
  readonly bytes: number
}

/** Of this thread: another one would have to map them anew. */
const parked: Parked[] = []

/**
 * Keeps the file of a ring for the next runtime of this thread. It is mapped for as long as the process lives, so that removing it would give
 * nothing back: each cycle of `init` and `shutdown` would take another ring's worth of disk, which no listing shows.
 *
 * It lies beside the run, in a folder that is removed when the process exits, or by the next start of the service when it was killed.
 */
export function parkForNextRuntime(run: string, path: string): void {
  const folder = parkingPlace(run)
  if (makePrivateDirectory(folder)) process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const { size } = statSync(path)
  const place = join(folder, basename(path))
  renameSurely(path, place)
  parked.push({ path: place, bytes: size })
}

/** Gives a parked file of this size the name of a new ring. False when there is none on its file system. */
export function takeParked(bytes: number, path: string): boolean {
  for (const candidate of parked.filter((file) => file.bytes === bytes)) {
    try {
      renameSurely(candidate.path, path)
      parked.splice(parked.indexOf(candidate), 1)
      return true
    } catch (error) {
      const code = errorCode(error)
      if (code === 'EXDEV') continue
      if (code !== 'ENOENT') throw error
      // somebody has removed it
      if (!isThere(candidate.path)) parked.splice(parked.indexOf(candidate), 1)
      else if (!isThere(dirname(path))) return false
    }
  }
  return false
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
