import { linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '../diagnostics/hub.js'
import { allocateFile } from '../mapping/allocate-file.js'
import type { Mapper } from '../mapping/mapping.js'
import { regionBytes } from '../ring/shared/layout.js'
import { runPaths } from '../tree/run-paths.js'
import { readIdentityOf } from './read-identity.js'

const SUFFIX = '.ring'

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

/** A run that is over disappears while others look. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
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
  const { rings, free } = runPaths(run)
  const path = join(rings, `${origin}${SUFFIX}`)
  const bytes = regionBytes(size.segments, size.segmentBytes)
  for (const name of mapper === undefined ? [] : readdirSync(free)) {
    if (!name.startsWith(`${bytes}-`)) continue
    try {
      renameSync(join(free, name), path)
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
    linkSync(partial, path)
  } finally {
    rmSync(partial, { force: true })
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
    return readFileSync(path).every((byte) => byte === 0)
  } catch {
    return false
  }
}

/** Removes the file of a ring, which nobody uses again. */
export function removeRingFile({ path }: RingFile): void {
  rmSync(path, { force: true })
}

/** Parks the file of a ring for the next producer. */
export function parkRingFile(run: string, { origin, path }: RingFile): void {
  renameSync(path, join(runPaths(run).free, `${statSync(path).size}-${origin}${SUFFIX}`))
}
