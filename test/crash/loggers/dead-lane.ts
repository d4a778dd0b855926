import { connect } from 'node:net'
import { type Adapter, type AdapterOptions, type AdapterRecipe, defineAdapter } from 'holdfast'

/** Nobody listens there. */
const PORT = 1

/** A destination over TCP that is dead: every other batch is refused, the ones between are never answered. */
export const deadAdapter: (options?: AdapterOptions) => AdapterRecipe = defineAdapter<AdapterOptions>({
  name: 'dead',
  module: import.meta.url,
  options: {},
  create: ({ name }): Adapter => {
    let calls = 0
    return {
      name,
      write: (_batch, signal) =>
        new Promise<void>((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true })
          if (++calls % 2 === 0) connect(PORT, '127.0.0.1').once('error', reject)
        }),
    }
  },
})
