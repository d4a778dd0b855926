import { hasFailed, type Libc, type MmapCall } from './libc.js'
import { systemMappingError } from './mapping-error.js'
import { fromLibrary, type System } from './system.js'

/** The part of koffi 3 that is used. Declared here, so that our types do not need koffi's. */
interface Koffi {
  load(path: string | null): {
    func(name: string, result: string, parameters: readonly string[]): (...args: unknown[]) => unknown
  }
  address(pointer: unknown): bigint
  view(pointer: unknown, bytes: number): ArrayBuffer
  errno(): number
}

const USED = ['load', 'address', 'view', 'errno'] as const satisfies readonly (keyof Koffi)[]

/** Binds the C library through koffi. Throws when it is not a koffi that we know, or finds no C library. */
export function bindKoffi(module: unknown, system: System): Libc {
  if (!isKoffi(module))
    throw new TypeError('expected koffi 3.3.4 or a later 3.x, got a version without the functions that are needed')
  const { mmap, fallocate } = fromLibrary(system, (library) => {
    const libc = module.load(library)
    return {
      mmap: libc.func('mmap', 'void *', ['void *', 'size_t', 'int', 'int', 'int', 'int64_t']),
      fallocate: system.hasFallocate ? libc.func('posix_fallocate', 'int', ['int', 'int64_t', 'int64_t']) : undefined,
    }
  })
  return {
    way: 'koffi',
    mmap({ bytes, protection, flags, fd }: MmapCall) {
      const pointer = mmap(null, bytes, protection, flags, fd, 0)
      const errno = module.errno()
      const address = module.address(pointer)
      if (hasFailed(address)) throw systemMappingError('mmap', errno)
      return address
    },
    // not transferable as it is; markAsUntransferable on it aborts Node 26 at exit, when Node-API detaches it
    view: (address, bytes) => module.view(address, bytes),
    ...(fallocate === undefined ? {} : { fallocate: (fd: number, bytes: number) => fallocate(fd, 0, bytes) as number }),
  }
}

function isKoffi(module: unknown): module is Koffi {
  return (
    typeof module === 'object' &&
    module !== null &&
    USED.every((name) => typeof (module as Record<string, unknown>)[name] === 'function')
  )
}
