import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { strictJsonParse } from '@holdfast/testkit'
import { FAULTY_APP, type FaultAnswer, type FaultOrders } from '../fixtures/faulty-app.js'
import { PATIENCE_MS } from '../fixtures/patience.js'
import { cleanEnv, ended, temporaryFolder } from '../fixtures/spawn.js'
import { hasTools } from '../fixtures/tools.js'

/** Runs the application behind a command that harms it. */
async function runBehind(command: readonly string[], orders: FaultOrders): Promise<FaultAnswer> {
  const [program = process.execPath, ...args] = [...command, process.execPath, FAULTY_APP, JSON.stringify(orders)]
  const child = spawn(program, args, { env: cleanEnv(), stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE_MS })
  const { stdout, stderr, code, signal } = await ended(child)
  assert.equal(code, 0, `exit code ${code}, signal ${signal}: ${stderr}`)
  return JSON.parse(stdout) as FaultAnswer
}

const sh = (script: string): readonly string[] => ['sh', '-c', `${script}; exec "$@"`, 'sh']

interface Line {
  readonly seq: number
  readonly message: string
  readonly extra: { readonly n: number }
}

/** Every event of the application in the file, once and in order, each as it was logged. */
function assertAll({ text, results, report, isUnequal }: FaultAnswer, count: number): void {
  assert.ok(text.endsWith('\n'))
  const lines = text
    .slice(0, -1)
    .split('\n')
    .map((line) => strictJsonParse(line) as unknown as Line)
  const numbers = lines.map(({ seq, extra }) => [seq, extra.n])
  assert.deepEqual(
    numbers,
    Array.from({ length: count }, (_, i) => [i + 1, i + 1]),
  )
  assert.deepEqual(results, { accepted: count })
  assert.equal(isUnequal, false, 'the identities of the report did not hold at some moment')
  assert.equal(report.adapters['file']?.delivered, count)
  assert.deepEqual(report.adapters['file']?.dropped, {})
}

const isRoot = process.getuid?.() === 0

describe('a disk that fails', () => {
  for (const commit of ['call', 'tick'] as const) {
    it(`keeps every event in the ring while a file system is full, and delivers all when there is room, commit per ${commit}`, async (test) => {
      if (!isRoot) return test.skip('needs root to mount a small file system')
      if (!hasTools(test, ['unshare', '-m', 'true'])) return
      const dir = temporaryFolder(test)

      const answer = await runBehind(['unshare', '-m', ...sh(`mount -t tmpfs -o size=512k tmpfs ${dir}`)], {
        file: { path: join(dir, 'app.log') },
        commit,
        count: 900,
        perTick: 25,
        pad: 100,
        ballast: { path: join(dir, 'ballast'), bytes: 300_000 },
      })

      assertAll(answer, 900)
      assert.deepEqual(answer.states, ['ok', 'degraded', 'down'])
      assert.ok((answer.diagnostics['queue_worker_error'] ?? 0) >= 1)
      assert.ok((answer.diagnostics['adapter_health'] ?? 0) >= 3)
      assert.ok((answer.diagnostics['queue_worker_recovered'] ?? 0) >= 1)
      assert.equal(answer.diagnostics['queue_dropped'], undefined)
    })

    for (const [fault, inject] of [
      ['EIO', 'error=EIO:when=2+7'],
      ['EINTR', 'error=EINTR:when=2+7'],
      ['that it took nothing', 'retval=0:when=2+5'],
    ] as const) {
      it(`loses and doubles nothing when the kernel answers ${fault} now and then, commit per ${commit}`, async (test) => {
        if (!hasTools(test, ['strace', '-f', '-qq', '-o', '/dev/null', 'true'])) return
        const path = join(temporaryFolder(test), 'app.log')
        const strace = ['strace', '-f', '-qq', '-o', '/dev/null', '-P', path, '-e', 'trace=write', '-e', `inject=write:${inject}`]

        const answer = await runBehind(strace, { file: { path }, commit, count: 300, perTick: 7, pad: 10 })

        assertAll(answer, 300)
        assert.equal(fault === 'EIO' && (answer.diagnostics['queue_worker_error'] ?? 0) === 0, false)
      })
    }

    it(`continues a line that a size limit cut in two, commit per ${commit}`, async (test) => {
      if (!hasTools(test, ['prlimit', '--version'])) return
      const path = join(temporaryFolder(test), 'app.log')
      // a limit that somebody lifts while the application runs, half a second after it cut a line in two: until then writes fail
      const lift = `{ (while [ "$(stat -c %s ${path} 2>/dev/null)" != 20480 ]; do sleep 0.02; done; sleep 0.5; prlimit --pid $$ --fsize=unlimited) & }`

      const answer = await runBehind(sh(`prlimit --pid $$ --fsize=20480:unlimited; ${lift}`), {
        file: { path },
        commit,
        count: 400,
        perTick: 5,
        pad: 300,
      })

      assertAll(answer, 400)
      assert.ok(answer.states.includes('degraded') || answer.states.includes('down'), answer.states.join())
    })

    it(`goes on in the old file when descriptors run out at a rotation, commit per ${commit}`, async (test) => {
      const path = join(temporaryFolder(test), 'app.log')

      const answer = await runBehind(sh('ulimit -n 128'), {
        file: { path, rotate: { maxBytes: 8000 } },
        commit,
        count: 400,
        perTick: 10,
        pad: 50,
        starve: { from: 100, to: 200 },
      })

      assertAll(answer, 400)
      assert.ok(answer.files > 3, `${answer.files} files`)
      assert.ok((answer.diagnostics['adapter_health'] ?? 0) > 0, JSON.stringify(answer.diagnostics))
    })
  }
})
