import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { makeRecords } from '@holdfast/testkit'
import { Receiver } from './receiver.js'
import { adapterFor, send } from './sending.js'

const VICTIM = fileURLToPath(new URL('./victim.js', import.meta.url))
const KILLS = Number(process.env['HOLDFAST_TEST_KILLS'] ?? 6)
const BATCH = 5

/** Lets a process fill a spool until it is killed at a random moment; returns how many records it knew to be accepted. */
async function liveAndDie(port: number, dir: string, counterPath: string): Promise<number> {
  const child = spawn(process.execPath, [VICTIM, String(port), dir, counterPath], { stdio: ['ignore', 'ignore', 'inherit'] })
  const gone = once(child, 'exit')
  while (!existsSync(counterPath) || statSync(counterPath).size === 0) await pause(2)
  await pause(Math.random() * 200)
  child.kill('SIGKILL')
  await gone
  return Number(readFileSync(counterPath, 'utf8'))
}

describe('a process that is killed while it writes to its spool', () => {
  for (let kill = 1; kill <= KILLS; kill++) {
    it(`leaves every accepted record to the next one, in order (${kill})`, { timeout: 120_000 }, async (test) => {
      const room = mkdtempSync(join(tmpdir(), 'holdfast-spool-'))
      const receiver = await Receiver.start({ protocol: 'tcp' })
      test.after(async () => {
        await receiver.stop()
        rmSync(room, { recursive: true, force: true })
      })
      await receiver.stop()

      const accepted = await liveAndDie(receiver.port, join(room, 'spool'), join(room, 'counter'))
      await receiver.listen()
      const adapter = adapterFor(receiver.port, { spool: { dir: join(room, 'spool') } })
      test.after(() => adapter.close())
      await send(adapter, makeRecords(1, { seq: 1_000_000 }))
      while (Number(adapter.health().details?.['spoolMessages']) > 0) await pause(5)
      await adapter.flush()

      const seqs = receiver.seqs.slice(0, -1)
      test.diagnostic(`killed after ${accepted} records`)
      assert.deepEqual(
        seqs,
        seqs.map((_, index) => index + 1),
      )
      assert.ok(seqs.length >= accepted && seqs.length <= accepted + BATCH, `accepted ${accepted}, found ${seqs.length}`)
      assert.equal(receiver.seqs.at(-1), 1_000_000)
      assert.equal(adapter.health().state, 'ok')
    })
  }
})
