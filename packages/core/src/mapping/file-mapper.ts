import { closeSync, constants, fstatSync, openSync, statfsSync } from 'node:fs'
import { constants as system } from 'node:os'
import { checkBlocks, checkBytes, checkSize } from './check-file.js'
import { type Libc, MAP_SHARED, PROT_READ, PROT_WRITE } from './libc.js'
import type { MapOptions, Mapper, Mapping, MappingWay } from './mapping.js'
import { systemMappingError, toMappingError } from './mapping-error.js'

const { EINTR, EINVAL, ENOSYS, ENOTSUP, EOPNOTSUPP } = system.errno
/** posix_fallocate answers so when the file system has no such thing, and not because there is no room. */
const CANNOT_RESERVE: readonly number[] = [EINVAL, ENOSYS, ENOTSUP, EOPNOTSUPP]

/** Maps files through a C library, each one once. */
export class FileMapper implements Mapper {
  readonly way: MappingWay
  readonly #libc: Libc
  /**
   * By identity, size and direction. A mapping keeps its file alive, so that the number of the inode cannot be given to another one, and an entry
   * is never wrong. Bounded by the number of files that exist at one time, as files are reused.
   */
  readonly #pool = new Map<string, Mapping>()

  constructor(libc: Libc) {
    this.way = libc.way
    this.#libc = libc
  }

  map(path: string, bytes: number, { readOnly = false }: MapOptions = {}): Mapping {
    checkBytes(bytes)
    try {
      const fd = openSync(path, (readOnly ? constants.O_RDONLY : constants.O_RDWR) | constants.O_NOFOLLOW | constants.O_NONBLOCK)
      try {
        const stats = fstatSync(fd, { bigint: true })
        checkSize(path, stats, bytes)
        if (!readOnly) checkBlocks(path, stats, bytes, statfsSync(path).type)
        return this.#mapOnce(fd, bytes, readOnly, `${stats.dev}:${stats.ino}`)
      } finally {
        closeSync(fd)
      }
    } catch (error) {
      throw toMappingError(error, `expected to map ${bytes} bytes of \`${path}\``)
    }
  }

  reserve(fd: number, bytes: number): boolean {
    checkBytes(bytes)
    if (this.#libc.fallocate === undefined) return false
    let errno: number
    do errno = this.#libc.fallocate(fd, bytes)
    while (errno === EINTR)
    if (errno === 0) return true
    if (CANNOT_RESERVE.includes(errno)) return false
    throw systemMappingError(`posix_fallocate of ${bytes} bytes`, errno)
  }

  #mapOnce(fd: number, bytes: number, readOnly: boolean, file: string): Mapping {
    const key = `${file}:${bytes}:${readOnly}`
    const parked = this.#pool.get(key)
    if (parked !== undefined) return parked
    const protection = readOnly ? PROT_READ : PROT_READ | PROT_WRITE
    const memory = this.#libc.view(this.#libc.mmap({ bytes, protection, flags: MAP_SHARED, fd }), bytes)
    const mapping: Mapping = { memory, bytes, file }
    this.#pool.set(key, mapping)
    return mapping
  }
}
