/** What an adapter knows about its failure. */
export interface AdapterErrorOptions {
  /** How many leading records of the batch the destination has accepted. @default unknown, taken as 0 */
  readonly accepted?: number
  /**
   * False when the destination will never take a record of the batch. With `accepted`, that is the first one that was not accepted:
   * it is put aside and counted, once another record is accepted and it is refused again. Without, the lane offers the records one by one to find
   * it. @default true
   */
  readonly retryable?: boolean
  readonly code?: string
  readonly cause?: unknown
}

/** What an adapter throws when it can say more than "failed": how far it came, and whether to try again. */
export class AdapterError extends Error {
  override readonly name = 'AdapterError'
  readonly accepted: number
  /** `accepted` was given, so that the next record is the one that failed. */
  readonly isExact: boolean
  readonly retryable: boolean
  readonly code: string

  constructor(message: string, options: AdapterErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.accepted = options.accepted ?? 0
    this.isExact = options.accepted !== undefined
    this.retryable = options.retryable ?? true
    this.code = options.code ?? 'ADAPTER_FAILED'
  }
}

/** Also that of another installed copy of this package, which an adapter may come with. */
export function isAdapterError(error: unknown): error is AdapterError {
  try {
    if (error instanceof AdapterError) return true
    return (
      error instanceof Error &&
      error.name === 'AdapterError' &&
      'accepted' in error &&
      typeof error.accepted === 'number' &&
      'retryable' in error &&
      typeof error.retryable === 'boolean'
    )
  } catch {
    return false // whoever throws a proxy whose traps throw has not thrown one of these
  }
}
