import { appendFileSync } from 'node:fs'
import { type Adapter, AdapterError, type AdapterFactory, type AdapterOptions, check, defineAdapter } from 'holdfast'

export interface PickyOptions extends AdapterOptions {
  /** Its file of lines. */
  readonly path: string
}

/** Every event with such a number is one that it cannot process. */
export const BAD_EVERY = 997

/** Puts lines into a file, and says of some events that it will never take them. */
export const pickyAdapter: AdapterFactory<PickyOptions> = defineAdapter<PickyOptions>({
  name: 'picky',
  module: import.meta.url,
  options: { path: check.required(check.text) },
  create: ({ name, path }): Adapter => ({
    name,
    async write(batch) {
      const bad = batch.findIndex(({ event }) => Number(event.extra?.['n'] ?? 1) % BAD_EVERY === 0)
      const good = bad === -1 ? batch : batch.slice(0, bad)
      if (good.length > 0) appendFileSync(path, good.map(({ json }) => `${json}\n`).join(''))
      if (bad >= 0) throw new AdapterError('It does not take this one.', { accepted: bad, retryable: false, code: 'PICKY' })
    },
  }),
})
