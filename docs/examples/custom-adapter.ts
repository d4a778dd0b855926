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
          if (!response.ok) throw new Error(`The server answered with status ${response.status}.`)
          health = { state: 'ok' }
        } catch (cause) {
          const error = new AdapterError('The server has not accepted the lines.', { code: 'HTTP_FAILED', cause })
          health = { state: 'down', reason: error.message }
          throw error
        }
      },
      health: () => health,
    }
  },
})
