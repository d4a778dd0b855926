/**
 * What a Graylog that never answers costs the calls and the other sinks: `node test/.build/bench/graylog/beside.js`. Two runtimes take turns
 * in blocks, one with console and file, one with such a Graylog beside them.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Blackhole } from '../../fixtures/blackhole.js'
import { describeMachine } from '../report/versions.js'
import { Beside } from './beside-subject.js'

const BLOCKS = 80
const WARM_UP_BLOCKS = 4
const PER_BLOCK = 50

const cache = fileURLToPath(new URL('../../../../.cache/', import.meta.url))
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(`${cache}bench-beside-`)
const hole = await Blackhole.open()
try {
  console.log(`${describeMachine()}\n`)
  for (const worker of ['local', 'thread', 'process'] as const) await compare(worker)
} finally {
  await hole.close()
  rmSync(folder, { recursive: true, force: true })
}

async function compare(worker: 'local' | 'thread' | 'process'): Promise<void> {
  const subjects = [new Beside(folder, worker, undefined), new Beside(folder, worker, hole.port)]
  for (const subject of subjects) await subject.ready()
  for (let block = 0; block < WARM_UP_BLOCKS + BLOCKS; block++) {
    for (const subject of block % 2 === 0 ? subjects : subjects.toReversed())
      await subject.run(PER_BLOCK, block >= WARM_UP_BLOCKS)
  }
  console.log(`${worker}, ${BLOCKS * PER_BLOCK} events each, µs: p50 / p90 / p99 of the call, until the console, until the file`)
  for (const subject of subjects) console.log(`  ${await subject.close()}`)
}
