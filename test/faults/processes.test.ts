import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { ended, HOLDFAST, said, startScript, temporaryFolder } from '../fixtures/spawn.js'

interface Line {
  readonly origin: string
  readonly seq: number
  readonly extra: { readonly run: number; readonly n: number; readonly pad: string }
}

const START = '{"v":1,"event_id":"'

/**
 * The lines of a file. Each has to be whole JSON, none glued to another; only a kill may leave the start of a line whose call had not
 * returned, which the next process ends.
 */
function readLines(path: string, kills = 0): readonly Line[] {
  const all = readFileSync(path, 'utf8').split('\n')
  const whole = all.filter(isWhole)
  const torn = all.filter((line) => line !== '' && !isWhole(line))
  assert.ok(torn.length <= kills, `${torn.length} torn lines`)
  for (const line of torn) assert.ok(line.startsWith(START) || START.startsWith(line), line)
  return whole.map((line) => JSON.parse(line) as Line)
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

function byRun(lines: readonly Line[], run: number): number[] {
  return lines.filter(({ extra }) => extra.run === run).map(({ extra }) => extra.n)
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)

describe('processes that share a path', () => {
  it('lose nothing that was accepted before one was killed at a random moment, run after run', async (test) => {
    const folder = temporaryFolder(test)
    const path = join(folder, 'app.log')
    const counter = (run: number): string => join(folder, `counter-${run}`)
    const runs = upTo(8)

    for (const run of runs) {
      const child = startScript(`
        import { openSync, writeSync } from 'node:fs'
        import { createRuntime, fileAdapter } from '${HOLDFAST}'
        const runtime = createRuntime({ adapters: [fileAdapter({ path: ${JSON.stringify(path)} })] })
        const log = runtime.get('app')
        const fd = openSync(${JSON.stringify(counter(run))}, 'w')
        process.stdout.write('ready')
        for (let n = 1; ; n++) {
          const result = log.info('event', { run: ${run}, n, pad: 'x'.repeat(n % 300) })
          if (result === 'accepted') writeSync(fd, String(n).padStart(9, '0'), 0)
          if (n % 20 === 0) await new Promise(setImmediate)
        }`)
      const end = ended(child)
      await said(child, 'ready')
      await pause(randomInt(1, 60))
      child.kill('SIGKILL')
      assert.equal((await end).signal, 'SIGKILL')
    }

    const lines = readLines(path, runs.length)
    for (const run of runs) {
      const accepted = existsSync(counter(run)) ? Number(readFileSync(counter(run), 'utf8')) : 0
      const numbers = byRun(lines, run)
      assert.deepEqual(numbers, upTo(numbers.length), `run ${run}`)
      // the last one may be in the file before it was counted
      assert.ok(
        numbers.length === accepted || numbers.length === accepted + 1,
        `run ${run}: ${numbers.length} lines, ${accepted} accepted`,
      )
    }
    assert.ok(lines.length > runs.length)
  })

  for (const commit of ['call', 'tick'] as const) {
    it(`write at the same time, each its own file, without losing a line, commit per ${commit}`, async (test) => {
      const folder = temporaryFolder(test)
      const path = join(folder, 'app.log')
      const runs = [1, 2, 3]
      const script = (run: number): string => `
        import { createRuntime, fileAdapter } from '${HOLDFAST}'
        const runtime = createRuntime({
          adapters: [fileAdapter({ path: ${JSON.stringify(path)} })], queue: { commit: '${commit}' },
          limits: { extraMaxValueChars: 8000, extraMaxTotalBytes: 8500 },
        })
        const log = runtime.get('app')
        for (let n = 1; n <= 1500; n++) {
          log.info('event', { run: ${run}, n, pad: '${run}'.repeat(n % 50 === 0 ? 7000 : n % 200) })
          if (n % 30 === 0) await new Promise(setImmediate)
        }
        await runtime.shutdown()`

      const results = await Promise.all(runs.map((run) => ended(startScript(script(run)))))

      for (const { code, stderr } of results) {
        assert.equal(code, 0, stderr)
        // who was not the first one may say so, and nothing else
        assert.match(stderr, /^(holdfast: adapter_health .*; lines go to .*app\.\d\.log` until it is free"\}\n)?$/)
      }
      const lines = readdirSync(folder).flatMap((name) => readLines(join(folder, name)))
      for (const run of runs) assert.deepEqual(byRun(lines, run), upTo(1500))
      for (const { extra } of lines) assert.equal(extra.pad, String(extra.run).repeat(extra.n % 50 === 0 ? 7000 : extra.n % 200))
    })
  }
})
