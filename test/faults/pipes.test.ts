import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { describe, it } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { cleanEnv, ended, HOLDFAST, temporaryFolder } from '../fixtures/spawn.js'

/** Logs to stdout and, given a path, a file, then tells its report through descriptor 3. */
function app(path: string | undefined, queue: object, count = 5000): string {
  return `
    import { writeSync } from 'node:fs'
    import { init, get, shutdown, consoleAdapter, fileAdapter } from '${HOLDFAST}'
    const runtime = init({
      service: 'test',
      adapters: [consoleAdapter({ stream: 'stdout', format: 'json' }), ...${path === undefined ? '[]' : `[fileAdapter({ path: ${JSON.stringify(path)} })]`}],
      queue: ${JSON.stringify(queue)},
      diagnosticHook: () => {},
    })
    // whoever touches process.stdout makes a pipe one that does not wait: then a full one says so
    if (process.argv[1] === 'without waiting') process.stdout
    const log = get('app')
    const results = {}
    for (let n = 1; n <= ${count}; n++) {
      const result = log.info('event', { n, pad: 'x'.repeat(100) })
      results[result] = (results[result] ?? 0) + 1
      if (n % 50 === 0) await new Promise(setImmediate)
    }
    writeSync(3, ' ')
    const report = await shutdown({ timeoutMs: 5000 })
    writeSync(3, JSON.stringify({ results, report }))`
}

interface Told {
  readonly results: Readonly<Record<string, number>>
  readonly report: {
    readonly emitted: number
    readonly adapters: Readonly<
      Record<string, { readonly delivered: number; readonly dropped: Readonly<Record<string, number>>; readonly pending: number }>
    >
  }
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0)

/** The numbers of the events in JSON lines. */
function numbers(text: string): number[] {
  return text
    .split('\n')
    .filter((line) => line.includes('"message":"event"'))
    .map((line) => (JSON.parse(line) as { extra: { n: number } }).extra.n)
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)

describe('a pipe that fails', () => {
  for (const commit of ['call', 'tick'] as const) {
    it(`ends with its reader and loses nothing in the file beside it, commit per ${commit}`, async (test) => {
      const path = join(temporaryFolder(test), 'app.log')
      const child = spawn(
        'sh',
        ['-c', '"$@" | head -1', 'sh', process.execPath, '--input-type=module', '--eval', app(path, { commit }, 1000)],
        {
          env: cleanEnv(),
          stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
        },
      )
      let told = ''
      child.stdio[3]?.on('data', (chunk: Buffer) => {
        told += chunk.toString()
      })

      const { stdout } = await ended(child)

      const { results, report } = JSON.parse(told) as Told
      assert.deepEqual(numbers(stdout), [1])
      assert.deepEqual(results, { accepted: 1000 })
      assert.deepEqual(numbers(readFileSync(path, 'utf8')), upTo(1000))
      assert.equal(report.adapters['file']?.delivered, 1000)
      const { delivered = 0, dropped = {} } = report.adapters['console'] ?? {}
      assert.equal(delivered + sum(dropped), 1000)
    })

    for (const [fullPolicy, kind] of [
      ['block', 'that waits'],
      ['block', 'without waiting'],
      ['drop', 'without waiting'],
    ] as const) {
      it(`${kind} and with a slow reader receives what the report says, the rest is dropped, ${fullPolicy}, commit per ${commit}`, async (test) => {
        // under `drop` a lane that is not alone keeps its backlog in the ring; alone it fills the queue
        const path = fullPolicy === 'drop' ? undefined : join(temporaryFolder(test), 'app.log')
        const queue = { commit, fullPolicy, maxEvents: 500, putTimeoutMs: fullPolicy === 'block' ? 5000 : 0 }
        const child = spawn(process.execPath, ['--input-type=module', '--eval', app(path, queue), kind], {
          env: cleanEnv(),
          stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
        })
        let told = ''
        child.stdio[3]?.on('data', (chunk: Buffer) => {
          told += chunk.toString()
        })
        let received = ''
        const closed = new Promise((resolve) => child.once('close', resolve))
        // a reader that is elsewhere until the application has logged all, or can log no more; then it takes a chunk, and rests
        await once(child.stdout as Readable, 'readable')
        await Promise.race([
          once(child.stdio[3] as Readable, 'data'),
          pause(fullPolicy === 'drop' ? 10_000 : 200, undefined, { ref: false }),
        ])
        for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
          received += chunk.toString()
          await pause(2)
        }
        await closed

        const { results, report } = JSON.parse(told) as Told
        const console = report.adapters['console']
        const seen = numbers(received)
        assert.deepEqual(
          seen,
          [...new Set(seen)].sort((a, b) => a - b),
        )
        assert.equal(sum(results), 5000)
        assert.equal(seen.length, console?.delivered)
        assert.equal((console?.delivered ?? 0) + sum(console?.dropped ?? {}), report.emitted)
        assert.equal(console?.pending, 0)
        if (fullPolicy === 'drop') assert.ok(sum(console?.dropped ?? {}) > 1000)
        if (path === undefined) return
        assert.deepEqual([results, seen.length], [{ accepted: 5000 }, 5000])
        assert.deepEqual(numbers(readFileSync(path, 'utf8')), upTo(5000))
      })
    }
  }

  it('that is closed from the start harms neither the application nor the file', async (test) => {
    const path = join(temporaryFolder(test), 'app.log')
    const script = `
      import { init, get, shutdown, consoleAdapter, fileAdapter } from '${HOLDFAST}'
      init({ service: 'test', adapters: [consoleAdapter({ format: 'json' }), fileAdapter({ path: ${JSON.stringify(path)} })] })
      for (let n = 1; n <= 200; n++) get('app').info('event', { n })
      await shutdown({ timeoutMs: 200 })
      console.log('done')`

    const child = spawn('sh', ['-c', 'exec "$@" 2>&-', 'sh', process.execPath, '--input-type=module', '--eval', script], {
      env: cleanEnv(),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const { code, stdout } = await ended(child)

    assert.deepEqual([code, stdout], [0, 'done\n'])
    assert.deepEqual(numbers(readFileSync(path, 'utf8')), upTo(200))
  })
})
