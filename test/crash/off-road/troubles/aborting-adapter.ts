import { abortingAdapter } from '../adapters.js'
import { PROCESS_ROWS, type Trouble } from '../trouble.js'

const COUNT = 500

/** A lane beside the file aborts the process that it is in. */
export const trouble: Trouble = {
  id: 'aborting-adapter',
  title: 'adapter that aborts',
  rows: PROCESS_ROWS,
  direct: async (stage) => {
    await stage.playOut('root')
    await stage.writersEnd()
  },
  scenes: {
    async root(victim) {
      const runtime = victim.init({ queue: { stopTimeoutMs: 1000 }, adapters: [abortingAdapter()] })
      victim.say(runtime, COUNT)
      await runtime.shutdown({ timeoutMs: 20_000 })
    },
  },
}
