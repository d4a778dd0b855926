import { closeSync, readdirSync, readSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '../diagnostics/hub.js'
import { allocateFile } from '../mapping/allocate-file.js'
import type { Mapper } from '../mapping/mapping.js'
import { regionBytes } from '../ring/shared/layout.js'
import { linkSurely, removeIfPossible, renameSurely } from '../surely.js'
import { openRegular } from '../tree/open-regular.js'
import { runPaths } from '../tree/run-paths.js'
import { takeParked } from './parked-rings.js'
import { readIdentityOf } from './read-identity.js'

const SUFFIX = '.ring'
const CHUNK_BYTES: number = 256 << 10

export interface RingFile {
  readonly origin: string
  readonly path: string
}

/** The rings of a run, one file for each producer. */
export function listRings(run: string): readonly RingFile[] {
  const { rings } = runPaths(run)
  return namesIn(rings)
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => ({ origin: name.slice(0, -SUFFIX.length), path: join(rings, name) }))
}

/** Where the ring of a producer lies. */
export function ringPath(run: string, origin: string): string {
  return join(runPaths(run).rings, `${origin}${SUFFIX}`)
}

/** A run that is over disappears while others look. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    // or somebody has put something else in its place
    if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errorCode(error))) return []
    throw error
  }
}

/**
 * Gets a file for the ring of a producer: one that another has left, if there is one of this size, else a new one. A used one costs no page
 * faults, and the writer has it mapped already. One that is written piece by piece is always new: its frames are found by their check words, and
 * those of the producer before would be taken for its own.
 */
export function takeRingFile(
  run: string,
  origin: string,
  size: { readonly segments: number; readonly segmentBytes: number },
  mapper: Mapper | undefined,
): string {
  const { free } = runPaths(run)
  const path = ringPath(run, origin)
  const bytes = regionBytes(size.segments, size.segmentBytes)
  if (mapper !== undefined && takeParked(bytes, path)) return path
  for (const name of mapper === undefined ? [] : readdirSync(free)) {
    if (!name.startsWith(`${bytes}-`)) continue
    try {
      renameSurely(join(free, name), path)
      return path
    } catch (error) {
      // another one was quicker
      if (errorCode(error) !== 'ENOENT') throw error
    }
  }
  // it appears under its name when it is whole
  const partial = join(run, `.${origin}.partial`)
  allocateFile(partial, bytes, mapper, { warm: true })
  try {
    linkSurely(partial, path)
  } finally {
    removeIfPossible(partial)
  }
  return path
}

/**
 * Nothing was ever logged into it under its name: its producer was killed when it had the file and had not made it its own. What cannot be
 * understood is not taken for that.
 */
export function isUnclaimed({ origin, path }: RingFile): boolean {
  const identity = readIdentityOf(path)
  if (identity !== undefined) return identity.origin !== origin
  try {
    return isAllZero(path)
  } catch {
    return false
  }
}

/** False for a file without anything: a new ring has its whole length from the beginning. */
function isAllZero(path: string): boolean {
  const { fd, size } = openRegular(path, 'read')
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES)
    const zeros = Buffer.alloc(CHUNK_BYTES)
    for (let at = 0; at < size; ) {
      const got = readSync(fd, chunk, 0, CHUNK_BYTES, at)
      if (got === 0) return true
      if (!chunk.subarray(0, got).equals(zeros.subarray(0, got))) return false
      at += got
    }
    return size > 0
  } finally {
    closeSync(fd)
  }
}

/** Removes the file of a ring, which nobody uses again. */
export function removeRingFile({ path }: RingFile): void {
  rmSync(path, { force: true })
}

/** Parks the file of a ring for the next producer, unless its own has taken it along or somebody has removed it. */
export function parkRingFile(run: string, { origin, path }: RingFile): void {
  try {
    renameSurely(path, join(runPaths(run).free, `${statSync(path).size}-${origin}${SUFFIX}`))
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}
