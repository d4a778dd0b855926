export interface AdapterErrorOptions {
  /** How many leading records of the batch the destination has accepted. @default 0 */
  readonly accepted?: number
  /** False when the first record that was not accepted can never be: it is dropped, counted, and the rest is tried. @default true */
  readonly retryable?: boolean
  readonly code?: string
  readonly cause?: unknown
}

/** What an adapter throws when it can say more than "failed": how far it came, and whether to try again. */
export class AdapterError extends Error {
  override readonly name = 'AdapterError'
  readonly accepted: number
  readonly retryable: boolean
  readonly code: string

  constructor(message: string, options: AdapterErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.accepted = options.accepted ?? 0
    this.retryable = options.retryable ?? true
    this.code = options.code ?? 'ADAPTER_FAILED'
  }
}
