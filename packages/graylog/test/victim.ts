/** A process that writes to a spool until it is killed. Arguments: port that refuses, directory of the spool, file for the count. */
import { openSync, writeSync } from 'node:fs'
import { GraylogAdapter, resolveGraylogOptions } from '@holdfast/graylog'
import { makeRecords } from '@holdfast/testkit'

const [port, dir = '', counterPath = ''] = process.argv.slice(2)
const BATCH = 5

const adapter = new GraylogAdapter(
  resolveGraylogOptions({ host: '127.0.0.1', port: Number(port), spool: { dir, maxBytes: 4 << 20 } }),
)
const counter = openSync(counterPath, 'w')
for (let seq = 1; ; seq += BATCH) {
  await adapter.write(makeRecords(BATCH, { seq }), AbortSignal.timeout(60_000))
  writeSync(counter, String(seq + BATCH - 1).padStart(12), 0)
}
