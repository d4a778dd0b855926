import { AdapterError } from '@holdfast/core'

/** Something outside of the adapter is missing or wrong, and this is what to do about it. `checkAdapters` shows `cure`. */
export class MissingPiece extends AdapterError {
  readonly cure: string

  constructor(
    message: string,
    options: { readonly code: string; readonly cure: string; readonly accepted?: number; readonly cause?: unknown },
  ) {
    const { cure, ...rest } = options
    super(`${message} ${cure}`, rest)
    this.cure = cure
  }
}
