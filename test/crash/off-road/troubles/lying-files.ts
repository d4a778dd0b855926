import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { faultyFs } from '../../../fixtures/faulty-fs/faulty-fs.js'
import type { FaultRule } from '../../../fixtures/faulty-fs/rules.js'
import { EVERY_ROW, type Trouble } from '../trouble.js'

const CALLS = ['open', 'write', 'rename', 'unlink', 'rm', 'ftruncate', 'link', 'fstat', 'lstat', 'mkdir'] as const
const FAULTS = ['before', 'after', 'short', 'twice'] as const
const CODES = ['EIO', 'ENOSPC', 'EACCES', 'EMFILE'] as const
/** Does not exist for other calls. */
const SHORT = ['write', 'ftruncate']
const BURSTS = 12
const RETRIES_MS = 60

/** A call of the file system fails before or after it was done, by half, or is done twice, while files rotate. */
export const trouble: Trouble = {
  id: 'lying-files',
  title: 'file operation that fails or lies',
  rows: EVERY_ROW,
  async direct(stage) {
    const rule = anyRule(stage.folder)
    const faults = faultyFs(join(stage.folder, 'hits'), [rule])
    await stage.playOut('root', { args: faults.args, env: faults.env })
    await stage.writersEnd()
    if (stage.strays.length > 0) stage.strays.push(JSON.stringify(rule))
    await stage.playOut('last')
    await stage.writersEnd()
  },
  scenes: {
    async root(victim) {
      const runtime = victim.init({}, { rotate: { maxBytes: 20_000 }, compress: 'gzip' })
      for (let burst = 0; burst < BURSTS; burst++) {
        victim.say(runtime, 25)
        await pause(RETRIES_MS)
      }
      await runtime.flush({ waitForDown: true, timeoutMs: 20_000 })
    },
    async last(victim) {
      victim.say(victim.init({}, { rotate: { maxBytes: 20_000 }, compress: 'gzip' }), 10)
    },
  },
}

function anyRule(folder: string): FaultRule {
  const call = pick(CALLS)
  const first = 1 + Math.floor(Math.random() * 6)
  return {
    call,
    path: `^${folder}/`,
    nth: [first, first + Math.floor(Math.random() * 3)],
    fault: pick(SHORT.includes(call) ? FAULTS : FAULTS.filter((fault) => fault !== 'short')),
    code: pick(CODES),
  }
}

function pick<T>(from: readonly T[]): T {
  return from[Math.floor(Math.random() * from.length)] as T
}
