import { describeError } from '../diagnostics/hub.js'
import { AdapterError } from './adapter-error.js'

/**
 * What an adapter throws that could not read or encode one record of a batch, when all before it have been accepted: the fault is the record's, and
 * the lane goes on with the others.
 *
 * @param index of the record in the batch
 * @example
 * ```ts
 * for (const [index, record] of batch.entries()) {
 *   try {
 *     line = encode(record.event)
 *   } catch (error) {
 *     throw recordFault(index, error)
 *   }
 *   await send(line)
 * }
 * ```
 */
export function recordFault(index: number, cause: unknown): AdapterError {
  const message = `Expected to encode a record, got ${describeError(cause)}`
  return new AdapterError(message, { accepted: index, retryable: false, code: 'RECORD_UNPROCESSABLE', cause })
}
