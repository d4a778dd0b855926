import { closeSync, existsSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { init, shutdown } from 'holdfast'
import { soakFolder } from '../layout.js'

const BURST_MAX = 400
const PAUSE_MAX_MS = 600
const PAD_MAX_CHARS = 300
/** One burst in so many is logged without a descriptor left. */
const BLIND_EVERY = 8
const BLIND_MS = 150

/**
 * Logs bursts of numbered events into the tree of its parent, and stores outside of it how many were accepted. Now and then it has used up all its
 * descriptors.
 */
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
  const taken = Math.random() < 1 / BLIND_EVERY ? takeDescriptors() : []
  for (let left = Math.ceil(Math.random() * BURST_MAX); left > 0; left--) {
    const fields = { producer, n: accepted + 1, pad: 'x'.repeat(Math.random() * PAD_MAX_CHARS) }
    if (log.info('something happened', fields) !== 'accepted') break
    bytes.writeDoubleLE(++accepted)
    writeSync(counter, bytes, 0, bytes.length, 0)
  }
  if (taken.length > 0) await pause(BLIND_MS)
  for (const fd of taken) closeSync(fd)
  await pause(Math.random() * PAUSE_MAX_MS)
}
await shutdown()

function takeDescriptors(): readonly number[] {
  const taken: number[] = []
  for (;;) {
    try {
      taken.push(openSync('/dev/null', 'r'))
    } catch {
      return taken // that was the last one
    }
  }
}
