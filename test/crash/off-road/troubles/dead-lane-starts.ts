import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { deadAdapter } from '../../loggers/dead-lane.js'
import { isProcess, PROCESS_ROWS, type Trouble } from '../trouble.js'

const STARTS = 10
const SPILL_BYTES = 4 << 20
/** What `stat` counts by: files have holes. */
const BLOCK_BYTES = 512

/** Ten starts with a lane beside the file whose destination is dead: each leaves a run, and all of them together are bounded. */
export const trouble: Trouble = {
  id: 'dead-lane-starts',
  title: 'dead lane, ten starts',
  rows: PROCESS_ROWS,
  async direct(stage) {
    for (let start = 1; start <= STARTS; start++) {
      await stage.playOut(`start-${start}`)
      await stage.writersEnd()
    }
    const bytes = isProcess(stage.row) ? bytesBelow(stage.spool) : 0
    if (bytes > SPILL_BYTES)
      stage.strays.push(`${Math.round(bytes / 1024)} KiB are left on disk, at most ${SPILL_BYTES >> 10} allowed`)
  },
  scenes: {
    async start(victim) {
      const queue = { stopTimeoutMs: 300, spillBytes: SPILL_BYTES }
      victim.say(victim.init({ queue, adapters: [deadAdapter({ timeoutMs: 300 })] }), 3)
    },
  },
}

function bytesBelow(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8', withFileTypes: true }).filter((entry) => entry.isFile())
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).blocks * BLOCK_BYTES, 0)
}
