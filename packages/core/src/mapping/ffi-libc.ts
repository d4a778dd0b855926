import { markAsUntransferable } from 'node:worker_threads'
import { hasFailed, type Libc, type MmapCall } from './libc.js'
import { systemMappingError } from './mapping-error.js'
import { fromLibrary, type System } from './system.js'
import { withoutExperimentalWarning } from './without-experimental-warning.js'

/** Both spellings of its keys: they changed while the module is experimental. */
interface Signature {
  readonly parameters: readonly string[]
  readonly result: string
  readonly arguments: readonly string[]
  readonly return: string
}

/** The part of `node:ffi` that is used. */
interface NodeFfi {
  dlopen(
    path: string | null,
    definitions: Readonly<Record<string, Signature>>,
  ): { readonly functions: Readonly<Record<string, (...args: unknown[]) => unknown>> }
  toArrayBuffer(address: bigint, bytes: number, copy: boolean): ArrayBuffer
  getInt32(address: bigint, offset: number): number
}

/** Binds the C library through `node:ffi`. Throws where Node has none, or does not permit it. */
export function bindFfi(system: System): Libc {
  const ffi = loadFfi()
  const fallocate = system.hasFallocate ? { posix_fallocate: signature(['int32', 'int64', 'int64'], 'int32') } : {}
  const { functions } = fromLibrary(system, (library) =>
    ffi.dlopen(library, {
      mmap: signature(['pointer', 'uint64', 'int32', 'int32', 'int32', 'int64'], 'pointer'),
      [system.errno]: signature([], 'pointer'),
      ...fallocate,
    }),
  )
  const { mmap, posix_fallocate: reserve } = functions
  const errno = functions[system.errno]
  if (mmap === undefined || errno === undefined) throw new TypeError('expected node:ffi to bind mmap')
  return {
    way: 'ffi',
    mmap({ bytes, protection, flags, fd }: MmapCall) {
      const address = mmap(0n, BigInt(bytes), protection, flags, fd, 0n) as bigint
      if (hasFailed(address)) throw systemMappingError('mmap', ffi.getInt32(errno() as bigint, 0))
      return address
    },
    view(address, bytes) {
      const memory = ffi.toArrayBuffer(address, bytes, false)
      markAsUntransferable(memory)
      return memory
    },
    ...(reserve === undefined ? {} : { fallocate: (fd: number, bytes: number) => reserve(fd, 0n, BigInt(bytes)) as number }),
  }
}

function loadFfi(): NodeFfi {
  if (isSandboxed()) throw new TypeError('expected a runtime with external buffers, got one with the V8 sandbox')
  const ffi = withoutExperimentalWarning(() => process.getBuiltinModule('node:ffi') as unknown)
  if (ffi === undefined) throw new TypeError(`expected a Node.js with node:ffi, as 26, got ${process.version}`)
  return ffi as NodeFfi
}

/** Then memory of others cannot back an ArrayBuffer; some versions throw, some end the process. */
function isSandboxed(): boolean {
  const variables: Readonly<Record<string, unknown>> = process.config.variables as never
  return variables['v8_enable_sandbox'] === 1 || variables['v8_enable_sandbox'] === true
}

function signature(parameters: readonly string[], result: string): Signature {
  return { parameters, result, arguments: parameters, return: result }
}
