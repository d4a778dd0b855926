import { closeSync, constants, openSync, rmSync, writeSync } from 'node:fs'
import { checkBytes } from './check-file.js'
import type { Mapper } from './mapping.js'
import { MappingError, toMappingError } from './mapping-error.js'
import { proveSharing } from './prove-sharing.js'

const MODE = 0o600
const CHUNK_BYTES = 256 << 10

/** Options of {@link allocateFile}. */
export interface AllocateOptions {
  /**
   * Writes the zeros also where blocks were reserved, so that the pages are in memory and the first store into each is cheap: on ext4 0.2 µs
   * instead of 4 µs and more, for about 0.3 ms per MiB here.
   * @default false
   */
  readonly warm?: boolean
}

/**
 * Makes a file of `bytes` zeros whose blocks are really there, so that no later store into it can meet a full disk: by posix_fallocate when a
 * mapper can call it, else by writing zeros.
 *
 * - The file is new, for its owner only (0600), and no link is followed.
 * - A full disk, a quota or a limit throws, and leaves no file.
 * - With a mapper, the first file on each device is mapped and tried: a store has to be seen by read(2), a write(2) by the view. If not, this
 *   throws `HOLDFAST_MAPPING_NOT_SHARED`. (Some network and user-space file systems accept a mapping and do not share it.)
 * @throws MappingError with the code of the system, as `ENOSPC` or `EEXIST`
 */
export function allocateFile(path: string, bytes: number, mapper?: Mapper, { warm = false }: AllocateOptions = {}): void {
  checkBytes(bytes)
  const what = `expected to allocate ${bytes} bytes as \`${path}\``
  const fd = create(path, what)
  try {
    try {
      const isReserved = mapper?.reserve(fd, bytes) === true
      if (!isReserved || warm) writeZeros(fd, bytes)
      if (mapper !== undefined) proveSharing(mapper, path, fd, bytes)
    } finally {
      closeSync(fd) // over a network, the first to say that the disk is full
    }
  } catch (error) {
    rmSync(path, { force: true })
    throw toMappingError(error, what)
  }
}

function create(path: string, what: string): number {
  try {
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, MODE)
  } catch (error) {
    throw toMappingError(error, what)
  }
}

function writeZeros(fd: number, bytes: number): void {
  const zeros = Buffer.alloc(Math.min(bytes, CHUNK_BYTES))
  for (let position = 0; position < bytes; ) {
    const written = writeSync(fd, zeros, 0, Math.min(zeros.length, bytes - position), position)
    if (written === 0)
      throw new MappingError('HOLDFAST_MAPPING_SHORT', `Expected a write of zeros to take some, got 0 at ${position}.`)
    position += written
  }
}
