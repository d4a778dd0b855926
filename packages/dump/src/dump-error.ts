/** Why a dump could not be made. */
export type DumpErrorCode =
  /** The file could not be written; what was there before is as it was. */
  | 'HOLDFAST_DUMP_WRITE'
  /** The patterns took longer than `patternTimeoutMs`. */
  | 'HOLDFAST_DUMP_PATTERN'
  /** The text is longer than a string can be. */
  | 'HOLDFAST_DUMP_SIZE'

/** Thrown when a dump could not be made although its options are right. */
export class DumpError extends Error {
  override readonly name = 'DumpError'
  readonly code: DumpErrorCode

  constructor(code: DumpErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
  }
}
