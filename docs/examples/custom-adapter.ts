import type { Health } from '@holdfast/api'
import { AdapterError, type AdapterOptions, check, defineAdapter } from '@holdfast/core'

export interface HttpOptions extends AdapterOptions {
  /** Where to POST batches of JSON lines. */
  readonly url: string
}

/** Sends JSON lines to an HTTP server, a request for each batch. */
export const httpAdapter = defineAdapter<HttpOptions>({
  name: 'http',
  module: import.meta.url,
  options: { url: check.required(check.url('http', 'https')) },
  create: ({ name, url }) => {
    let health: Health = { state: 'ok' }
    return {
      name,
      async write(batch, signal) {
        try {
          const response = await fetch(url, { method: 'POST', body: batch.map(({ json }) => `${json}\n`).join(''), signal })
          await response.body?.cancel()
          if (!response.ok) throw refusal(response.status)
          health = { state: 'ok' }
        } catch (cause) {
          const message = 'The server has not accepted the lines.'
          const error = cause instanceof AdapterError ? cause : new AdapterError(message, { code: 'HTTP_FAILED', cause })
          health = { state: 'down', reason: error.message }
          throw error
        }
      },
      health: () => health,
    }
  },
})

/** A record may be at fault that the server cannot process. The lane finds out which, or that the server refuses all. */
function refusal(status: number): AdapterError {
  const retryable = ![400, 413, 415, 422].includes(status)
  return new AdapterError(`The server answered with status ${status}.`, { code: 'HTTP_FAILED', retryable })
}
