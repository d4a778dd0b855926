import { hangingCreateAdapter } from '../adapters.js'
import { PROCESS_ROWS, type Trouble } from '../trouble.js'

const COUNT = 500

/** A lane beside the file hangs while it is made. */
export const trouble: Trouble = {
  id: 'hanging-adapter',
  title: 'adapter that hangs when it is made',
  rows: ['holdfast-thread', ...PROCESS_ROWS],
  direct: async (stage) => {
    await stage.playOut('root')
    await stage.writersEnd()
  },
  scenes: {
    async root(victim) {
      const runtime = victim.init({ queue: { stopTimeoutMs: 1000 }, adapters: [hangingCreateAdapter()] })
      victim.say(runtime, COUNT)
      await runtime.shutdown({ timeoutMs: 20_000 })
    },
  },
}
