import { fstatSync, readSync, writeSync } from 'node:fs'
import type { Mapper } from './mapping.js'
import { MappingError } from './mapping-error.js'

/** Devices on which a mapper has shared a file with read(2) and write(2). */
const proven = new WeakMap<Mapper, Set<bigint>>()

/**
 * Tries a new file of zeros, once for each device: what the view stores is read from the file, what is written to the file is seen in the view.
 * Leaves zeros, and the mapping to whoever maps the file next.
 * @throws MappingError
 */
export function proveSharing(mapper: Mapper, path: string, fd: number, bytes: number): void {
  const { dev } = fstatSync(fd, { bigint: true })
  const devices = proven.get(mapper) ?? new Set()
  if (devices.has(dev)) return
  const view = new Uint8Array(mapper.map(path, bytes).memory)
  const last = bytes - 1
  const byte = new Uint8Array(1)

  view[last] = 0x5a
  readSync(fd, byte, 0, 1, last)
  const isStored = byte[0] === 0x5a
  byte[0] = 0
  writeSync(fd, byte, 0, 1, last)
  if (!isStored || view[last] !== 0) {
    throw new MappingError(
      'HOLDFAST_MAPPING_NOT_SHARED',
      `Expected \`${path}\` to be on a file system that shares its mappings with read and write.`,
    )
  }
  devices.add(dev)
  proven.set(mapper, devices)
}
