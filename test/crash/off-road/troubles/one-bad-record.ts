import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pickyAdapter } from '../adapters.js'
import { EVERY_ROW, type Trouble } from '../trouble.js'

const COUNT = 600
const BAD = [250, 400]

/** A lane beside the file has an adapter that cannot process two of the records. */
export const trouble: Trouble = {
  id: 'one-bad-record',
  title: 'adapter that cannot process a record',
  rows: EVERY_ROW,
  async direct(stage) {
    await stage.playOut('root')
    await stage.writersEnd()
    const reached = new Set(readFileSync(join(stage.folder, 'picky'), 'utf8').split('\n').filter(Boolean).map(Number))
    for (let n = 1; n <= COUNT; n++)
      if (reached.has(n) === BAD.includes(n))
        stage.strays.push(`event ${n} is ${reached.has(n) ? '' : 'not '}with the picky adapter`)
  },
  scenes: {
    async root(victim) {
      const runtime = victim.init({ adapters: [pickyAdapter({ path: join(victim.folder, 'picky'), bad: BAD.join() })] })
      victim.say(runtime, COUNT)
      const report = await runtime.shutdown({ timeoutMs: 20_000 })
      const { delivered, dropped } = report.adapters['picky'] ?? { delivered: -1, dropped: {} }
      if (delivered !== COUNT - BAD.length || dropped.unprocessable !== BAD.length)
        throw new Error(`Expected two records put aside, got ${JSON.stringify(report.adapters['picky'])}.`)
    },
  },
}
