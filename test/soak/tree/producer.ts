import { existsSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { init, shutdown } from 'holdfast'
import { soakFolder } from '../layout.js'

const BURST_MAX = 400
const PAUSE_MAX_MS = 600
const PAD_MAX_CHARS = 300

/** Logs bursts of numbered events into the tree of its parent, and stores outside of it how many were accepted. */
const folder = soakFolder(process.argv[2] ?? '')
const producer = Number(process.argv[3])
// the root counts the diagnostics
const runtime = init({ join: 'required', diagnosticHook: () => undefined })
if (runtime.inspect().writer.mode !== 'process') throw new Error('Expected the producer to have joined the tree.')
const log = runtime.get('producer')
const counter = openSync(join(folder.counters, String(producer)), 'w')
const bytes = Buffer.alloc(8)
let accepted = 0

while (!existsSync(folder.stop)) {
  for (let left = Math.ceil(Math.random() * BURST_MAX); left > 0; left--) {
    const fields = { producer, n: accepted + 1, pad: 'x'.repeat(Math.random() * PAD_MAX_CHARS) }
    if (log.info('something happened', fields) !== 'accepted') break
    bytes.writeDoubleLE(++accepted)
    writeSync(counter, bytes, 0, bytes.length, 0)
  }
  await pause(Math.random() * PAUSE_MAX_MS)
}
await shutdown()
