import { statfsSync } from 'node:fs'
import { isNotFound, requireNearby } from '../require-nearby.js'
import { copyOnWriteSystem } from './check-file.js'
import { bindFfi } from './ffi-libc.js'
import { FileMapper } from './file-mapper.js'
import { bindKoffi } from './koffi-libc.js'
import { type Libc, MAP_SHARED, PROT_READ, PROT_WRITE } from './libc.js'
import type { Mapper, MappingWay } from './mapping.js'
import { knownSystem, type System } from './system.js'

/** A mapper, or for each way why there is none. */
export type FoundMapper = { readonly mapper: Mapper } | { readonly mapper: undefined; readonly reasons: readonly string[] }

/** How each way binds the C library; throws with the reason why it cannot. */
type Binders = Readonly<Record<MappingWay, (system: System) => Libc>>

const BINDERS: Binders = {
  koffi: (system) => bindKoffi(requireNearby('koffi'), system),
  ffi: bindFfi,
}
/** In the order in which they are tried. */
const WAYS: readonly MappingWay[] = ['koffi', 'ffi']
const HANDOFF = 'HOLDFAST_TREE_HANDOFF'
const TRIAL_BYTES = 4096

let found: FoundMapper | undefined

/**
 * Finds a way to map files, once for each thread: koffi, else `node:ffi`, else none, with the reasons for one diagnostic. Nothing is loaded before
 * the first call. `HOLDFAST_TREE_HANDOFF` (`koffi`, `ffi`, or `spool` for none) allows only that one.
 */
export function findMapper(): FoundMapper {
  found ??= searchMapper(process.env[HANDOFF])
  return found
}

/** The same for the files of one directory: some file systems cannot be mapped without danger. */
export function findMapperIn(directory: string): FoundMapper {
  const mapper = findMapper()
  const system = mapper.mapper === undefined ? undefined : copyOnWriteSystem(statfsSync(directory).type)
  if (system === undefined) return mapper
  return {
    mapper: undefined,
    reasons: [`\`${directory}\` is on ${system}, where a full disk would end a process that maps files`],
  }
}

/** The search itself, each time anew. */
export function searchMapper(
  handoff: string | undefined,
  binders: Binders = BINDERS,
  system: System | string = knownSystem(),
): FoundMapper {
  const ways = allowedWays(handoff)
  if (typeof ways === 'string') return { mapper: undefined, reasons: [ways] }
  if (typeof system === 'string') return { mapper: undefined, reasons: [system] }
  const reasons: string[] = []
  for (const way of ways) {
    try {
      const libc = binders[way](system)
      tryView(libc, system)
      return { mapper: new FileMapper(libc) }
    } catch (error) {
      reasons.push(`${way}: ${describe(error)}`)
    }
  }
  return { mapper: undefined, reasons }
}

function allowedWays(handoff: string | undefined): readonly MappingWay[] | string {
  if (handoff === undefined || handoff === '') return WAYS
  if (handoff === 'koffi' || handoff === 'ffi') return [handoff]
  if (handoff === 'spool') return `\`${HANDOFF}\` is spool`
  return `expected \`${HANDOFF}\` to be koffi, ffi or spool, got \`${handoff}\``
}

/** Two views of one page have to be the same memory: some runtimes refuse views or copy. The page stays mapped. */
function tryView(libc: Libc, { mapAnonymous }: System): void {
  const flags = MAP_SHARED | mapAnonymous
  const address = libc.mmap({ bytes: TRIAL_BYTES, protection: PROT_READ | PROT_WRITE, flags, fd: -1 })
  const one = new Int32Array(libc.view(address, TRIAL_BYTES))
  const other = new Int32Array(libc.view(address, TRIAL_BYTES))
  Atomics.store(one, 1, 0x5eed)
  if (Atomics.load(other, 1) !== 0x5eed) throw new TypeError('expected a runtime with external buffers, got copies')
}

function describe(error: unknown): string {
  if (isNotFound(error, 'koffi')) return 'not installed; `npm install koffi`'
  const message = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return code === undefined || message?.includes(code) ? `${message}` : `${code}: ${message}`
}
