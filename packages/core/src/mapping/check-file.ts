import type { BigIntStats } from 'node:fs'
import { MappingError } from './mapping-error.js'

/** File systems that write each change elsewhere, by the magic number of statfs(2): a block that is there says nothing about the next store. */
const COPY_ON_WRITE: Readonly<Record<number, string>> = { 2435016766: 'btrfs', 3393526350: 'bcachefs', 801189825: 'ZFS' }
/** The name of a file system where mapped files are not safe; `undefined` for one where they are. */
export function copyOnWriteSystem(fileSystem: number): string | undefined {
  return COPY_ON_WRITE[fileSystem]
}

/** Of `stat.blocks`, whatever the file system. */
const BLOCK_BYTES = 512n

/** Sizes that can be mapped. @throws RangeError */
export function checkBytes(bytes: number): void {
  if (Number.isSafeInteger(bytes) && bytes > 0) return
  throw new RangeError(`Expected \`bytes\` to be a positive integer, got \`${bytes}\`.`)
}

/** A look beyond the end of a file is SIGBUS. @throws MappingError */
export function checkSize(path: string, stats: BigIntStats, bytes: number): void {
  if (!stats.isFile()) throw new MappingError('HOLDFAST_MAPPING_NOT_A_FILE', `Expected \`${path}\` to be a regular file.`)
  if (stats.size >= BigInt(bytes)) return
  throw new MappingError('HOLDFAST_MAPPING_SHORT', `Expected \`${path}\` to have ${bytes} bytes, got ${stats.size}.`)
}

/**
 * A store for which the disk has no room is SIGBUS too.
 * @param fileSystem its magic number, as statfs(2) tells it
 * @throws MappingError
 */
export function checkBlocks(path: string, stats: BigIntStats, bytes: number, fileSystem: number): void {
  const system = COPY_ON_WRITE[fileSystem]
  if (system !== undefined) {
    throw new MappingError(
      'HOLDFAST_MAPPING_COPY_ON_WRITE',
      `Expected \`${path}\` to be on a file system that writes in place, got ${system}, where a full disk would end the process.`,
    )
  }
  const there = stats.blocks * BLOCK_BYTES
  if (there >= BigInt(bytes)) return
  throw new MappingError('HOLDFAST_MAPPING_SPARSE', `Expected \`${path}\` to have blocks for ${bytes} bytes, got ${there}.`)
}
