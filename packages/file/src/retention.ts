import type { OwnName } from './names.js'
import type { RetainSettings } from './options.js'

/** A file of ours as it lies on the disk. */
export interface OwnFile {
  readonly path: string
  readonly name: OwnName
  /** Bytes. */
  readonly size: number
  readonly mtimeMs: number
  readonly identity: string
}

/**
 * Which finished files to delete, oldest first. Once the count or the bytes are used up, everything older goes too,
 * so that what is kept has no holes.
 *
 * @param currentBytes what the file being written may take of `maxTotalBytes`
 */
export function selectExpired(
  files: readonly OwnFile[],
  retain: RetainSettings,
  now: number,
  currentBytes: number,
): readonly OwnFile[] {
  const newestFirst = files.toSorted((a, b) => compareAge(b, a))
  let bytes = currentBytes
  const firstExpired = newestFirst.findIndex((file, index) => {
    bytes += file.size
    return index >= retain.maxFiles || bytes > retain.maxTotalBytes || now - file.mtimeMs > retain.maxAgeMs
  })
  return firstExpired === -1 ? [] : newestFirst.slice(firstExpired).reverse()
}

/** By the last line, since an hour that the clocks repeat gives names that do not sort; by name where that is equal. */
function compareAge(a: OwnFile, b: OwnFile): number {
  return a.mtimeMs - b.mtimeMs || a.name.stamp.localeCompare(b.name.stamp, 'en') || a.name.sequence - b.name.sequence
}
