import { constants } from 'node:os'

/** A file could not be allocated or mapped. The caller steps down to a way that needs no mapping. */
export class MappingError extends Error {
  override readonly name = 'MappingError'
  /** That of the system, as `ENOSPC`, or one that begins with `HOLDFAST_`. */
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** What the system said to a call of the C library. */
export function systemMappingError(call: string, errno: number): MappingError {
  const name = Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`
  return new MappingError(name, `${name}: ${call}`)
}

/** An error of the system or of `node:fs`, with what was wanted; our own as it is. */
export function toMappingError(error: unknown, wanted: string): MappingError {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'HOLDFAST_MAPPING_FAILED'
  if (error instanceof MappingError && code.startsWith('HOLDFAST_')) return error
  return new MappingError(code, `${code}: ${wanted}`, { cause: error })
}
