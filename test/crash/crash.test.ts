import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runCell } from './cell.js'
import { places, runMatrix } from './matrix.js'
import type { Place } from './place.js'

const COMMAND = fileURLToPath(new URL('./index.js', import.meta.url))
const CACHE = fileURLToPath(new URL('../../../.cache/', import.meta.url))

mkdirSync(CACHE, { recursive: true })
const scratch = mkdtempSync(`${CACHE}crash-test-`)
after(() => rmSync(scratch, { recursive: true, force: true }))

for (const [row, title] of [
  ['holdfast-call', "commit: 'call' loses no accepted event, however the process ends"],
  ['holdfast-tick', "commit: 'tick' loses none at a kind end, and no more than the current tick and 64 KiB at a sudden one"],
  ['holdfast-thread', 'a writer thread loses none at a kind end, and none when the loop of the application hangs'],
] as const) {
  test(title, async () => {
    const cells = await runMatrix(places(row, ''), { runs: 1, scratch, isPlanted: false, concurrency: 2 }, () => {})

    const broken = cells.filter((cell) => cell.breaches.length > 0)
    assert.deepEqual(
      broken.map((cell) => [cell.column.title, cell.shape.title, cell.breaches]),
      [],
    )
  })
}

for (const column of ['exit', 'sigkill-outside', 'blocked']) {
  test(`an event that the oracle is told of and the file lacks turns a cell red (${column})`, async () => {
    const place = the(places('holdfast-call', column))

    const cell = await runCell(place, { runs: 1, scratch, isPlanted: true })

    assert.deepEqual(cell.breaches, ['1 events lost, at most 0 allowed'])
  })
}

test('the command ends with 1 when a promise is broken, and with 0 when all are kept', async () => {
  const planted = await matrixCommand({ ...process.env, HOLDFAST_CRASH_PLANT: '1' })
  const honest = await matrixCommand(process.env)

  assert.deepEqual({ planted, honest }, { planted: 1, honest: 0 })
})

async function matrixCommand(env: NodeJS.ProcessEnv): Promise<unknown> {
  const args = [...process.execArgv, COMMAND, '--row', 'holdfast-call', '--column', 'exit']
  const [code] = await once(spawn(process.execPath, args, { env, stdio: 'ignore' }), 'exit')
  return code
}

function the(found: readonly Place[]): Place {
  const [place] = found
  assert.ok(place)
  return place
}
