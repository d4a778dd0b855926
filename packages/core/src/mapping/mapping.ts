/** How mapped memory is reached: `koffi` (an optional peer) or `ffi` (`node:ffi`, Node 26). */
export type MappingWay = 'koffi' | 'ffi'

/** Options of {@link Mapper.map}. */
export interface MapOptions {
  /**
   * For readers. A store into such a view ends the process (SIGSEGV): JavaScript has no read-only `ArrayBuffer`.
   * @default false
   */
  readonly readOnly?: boolean
}

/**
 * Turns files into memory that several processes share. What was stored belongs to the kernel: it survives the end of the process,
 * however that came, but not a loss of power. One mapper for each thread; no foreign call is made after `map` returned.
 */
export interface Mapper {
  readonly way: MappingWay
  /**
   * Maps the first `bytes` of a file, which has them. A file that was mapped before, whatever its name is now, gives the same
   * `Mapping` again.
   *
   * - A file that is shorter is refused, and so is one with holes: a page without a block on a full disk is SIGBUS in the application.
   * - So is a file system that writes elsewhere at each change (btrfs, bcachefs, ZFS), unless `readOnly`: there, a block that is
   *   allocated is no promise.
   * - The file must not be made shorter while any process has it mapped.
   * @throws MappingError
   */
  map(path: string, bytes: number, options?: MapOptions): Mapping
  /**
   * Gives an open file blocks for its first `bytes`, and that size. False when the system cannot, so that the caller writes zeros.
   * @throws MappingError with the code of the system, as `ENOSPC`
   */
  reserve(fd: number, bytes: number): boolean
}

/**
 * A mapped file. It stays mapped for the life of the process, also when the file is deleted, because nothing tells when the last view
 * of it is gone, and a look into memory that is not mapped ends the process. Therefore files are reused and not deleted: parked, perhaps under
 * another name, and given to the next who needs one.
 */
export interface Mapping {
  /**
   * Not a `SharedArrayBuffer`: `Atomics.load`, `store`, `add` and the like work on views of it and are seen by other processes,
   * `Atomics.wait` throws. It cannot be transferred to another thread, and `postMessage` would copy it silently: each thread maps for itself.
   */
  readonly memory: ArrayBuffer
  readonly bytes: number
  /** Identity of the file behind it, `dev:ino`. It cannot become that of another file while this one is mapped. */
  readonly file: string
}
