import { AdapterError, type AdapterErrorOptions, type AdapterOptions, ConfigError, defineAdapter } from '@holdfast/core'

export interface HttpOptions extends AdapterOptions {
  /** Where to POST batches of JSON lines. */
  readonly url: string
}

const KNOWN = 'url name place level batchMaxEvents batchMaxBytes timeoutMs retryMinMs retryMaxMs whenDown'.split(' ')

/** Sends JSON lines to an HTTP server, a request for each batch. */
export const httpAdapter = defineAdapter<HttpOptions>({
  name: 'http',
  module: import.meta.url,
  resolve: (options) => {
    const unknown = Object.keys(options).filter((key) => !KNOWN.includes(key))
    const problems = unknown.map((key) => ({ path: `http.${key}`, expected: `one of ${KNOWN.join(', ')}`, got: 'another name' }))
    if (!URL.canParse(options.url)) problems.push({ path: 'http.url', expected: 'a URL', got: `\`${options.url}\`` })
    if (problems.length > 0) throw new ConfigError(problems)
  },
  create: ({ url, name = 'http' }) => {
    let fault: string | undefined
    const failure = (reason: string, options: AdapterErrorOptions): AdapterError => {
      fault = reason
      return new AdapterError(reason, options)
    }
    return {
      name,
      async write(batch, signal) {
        const body = batch.map(({ json }) => `${json}\n`).join('')
        const response = await fetch(url, { method: 'POST', body, signal }).catch((cause: unknown) => {
          throw failure('The server did not answer.', { code: 'HTTP_FAILED', cause })
        })
        await response.body?.cancel()
        if (!response.ok) throw failure(`The server answered with status ${response.status}.`, { code: 'HTTP_STATUS' })
        fault = undefined
      },
      health: () => (fault === undefined ? { state: 'ok' } : { state: 'down', reason: fault }),
    }
  },
})
