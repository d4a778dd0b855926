import { appendFileSync } from 'node:fs'
import { type Adapter, AdapterError, type AdapterFactory, type AdapterOptions, check, defineAdapter } from 'holdfast'

export interface PickyOptions extends AdapterOptions {
  /** The numbers of accepted events go into this file, a line each. */
  readonly path: string
  /** Numbers of the events that it never takes, with commas between. */
  readonly bad: string
}

/** Refuses certain events for good, as a destination with a schema does, and says which. */
export const pickyAdapter: AdapterFactory<PickyOptions> = defineAdapter<PickyOptions>({
  name: 'picky',
  module: import.meta.url,
  options: { path: check.required(check.text), bad: check.required(check.text) },
  create: ({ name, path, bad }): Adapter => ({
    name,
    async write(batch) {
      for (const [index, { event }] of batch.entries()) {
        const n = event.extra?.['n']
        if (typeof n !== 'number') continue
        if (bad.split(',').map(Number).includes(n))
          throw new AdapterError(`It does not take event ${n}.`, { accepted: index, retryable: false, code: 'PICKY' })
        appendFileSync(path, `${n}\n`)
      }
    },
  }),
})

/** Never comes back from being made. */
export const hangingCreateAdapter: AdapterFactory<AdapterOptions> = defineAdapter<AdapterOptions>({
  name: 'hanging',
  module: import.meta.url,
  options: {},
  create: () => {
    for (;;);
  },
})

/** Takes its process with it at its first record. */
export const abortingAdapter: AdapterFactory<AdapterOptions> = defineAdapter<AdapterOptions>({
  name: 'aborting',
  module: import.meta.url,
  options: {},
  create: ({ name }): Adapter => ({ name, write: () => process.abort() }),
})
