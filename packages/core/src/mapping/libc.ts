import type { MappingWay } from './mapping.js'

/** Arguments of mmap(2) beside the address and the offset, which are 0. */
export interface MmapCall {
  readonly bytes: number
  readonly protection: number
  readonly flags: number
  /** -1 for memory without a file. */
  readonly fd: number
}

/** The calls of the C library that mapping needs, over whatever can make foreign calls. Replaced in tests. */
export interface Libc {
  readonly way: MappingWay
  /** The address. @throws MappingError */
  mmap(call: MmapCall): bigint
  /** Memory at an address as an `ArrayBuffer` that cannot be transferred, not a copy. Throws where the runtime has no external buffers, as Electron. */
  view(address: bigint, bytes: number): ArrayBuffer
  /** posix_fallocate(3): 0 or an error number. Absent where the system has none, as macOS. */
  fallocate?(fd: number, bytes: number): number
}

export const PROT_READ = 1
export const PROT_WRITE = 2
export const MAP_SHARED = 1

/** The answer of mmap when it failed, as an unsigned word. */
const MAP_FAILED = (1n << 64n) - 1n

/** Both spellings of -1 count. */
export function hasFailed(address: bigint): boolean {
  return BigInt.asUintN(64, address) === MAP_FAILED
}
