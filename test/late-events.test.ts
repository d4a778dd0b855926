import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { PATIENCE_MS } from './fixtures/patience.js'
import { ended, HOLDFAST, startScript, temporaryFolder } from './fixtures/spawn.js'

const LATE = 200
/** Logs what it is called with, many times, and says on stdout how many calls were accepted. */
const LOG_MANY = `
  import { writeSync } from 'node:fs'
  const logMany = (log) => {
    let accepted = 0
    for (let i = 0; i < ${LATE}; i++) if (log.info('late', { i, pad: 'x'.repeat(1000) }) === 'accepted') accepted++
    writeSync(1, JSON.stringify({ accepted }))
  }`

describe('what is logged by an exit listener that was added after init', () => {
  for (const worker of ['local', 'thread', 'process'] as const) {
    for (const commit of ['call', 'tick'] as const) {
      it(`is in the file, with a ${worker} writer and commit per ${commit}`, async (test) => {
        const dir = temporaryFolder(test)
        const { stdout, stderr } = await ended(
          startScript(`
            import { fileAdapter, init } from '${HOLDFAST}'
            ${LOG_MANY}
            const runtime = init({
              service: 'late',
              queue: { worker: '${worker}', commit: '${commit}', spoolDir: ${JSON.stringify(join(dir, 'spool'))} },
              // the waiting itself is what is tested, not how long a busy machine takes
              lastWords: { budgetMs: ${PATIENCE_MS} },
              adapters: [fileAdapter({ path: ${JSON.stringify(join(dir, 'app.log'))} })],
            })
            process.on('exit', () => logMany(runtime.get('app')))`),
        )

        assert.deepEqual({ stdout, stderr }, { stdout: JSON.stringify({ accepted: LATE }), stderr: '' })
        assert.equal(countLate(join(dir, 'app.log')), LATE)
      })
    }
  }

  it('is not accepted when no adapter takes it, which is told once', async () => {
    const { stdout, stderr } = await ended(
      startScript(`
        import { init } from '${HOLDFAST}'
        ${LOG_MANY}
        let isBroken = false
        const take = () => { if (isBroken) throw new Error('broken') }
        const runtime = init({
          service: 'late',
          lastWords: { budgetMs: 50 },
          adapters: [{ name: 'breaking', write: take, writeSync: take }],
          diagnosticHook: () => undefined,
        })
        process.on('exit', () => { isBroken = true; logMany(runtime.get('app')) })`),
    )

    assert.equal(stdout, JSON.stringify({ accepted: 0 }))
    assert.equal(stderr, 'holdfast: events for breaking that were logged while the process ended are not delivered\n')
  })

  it('is accepted when one of two adapters takes it', async () => {
    const { stdout, stderr } = await ended(
      startScript(`
        import { init } from '${HOLDFAST}'
        ${LOG_MANY}
        let isBroken = false
        const take = () => { if (isBroken) throw new Error('broken') }
        const runtime = init({
          service: 'late',
          lastWords: { budgetMs: 50 },
          adapters: [
            { name: 'breaking', write: take, writeSync: take },
            { name: 'taking', write: () => undefined, writeSync: () => undefined },
          ],
          diagnosticHook: () => undefined,
        })
        process.on('exit', () => { isBroken = true; logMany(runtime.get('app')) })`),
    )

    assert.equal(stdout, JSON.stringify({ accepted: LATE }))
    assert.match(stderr, /^holdfast: events for breaking that [^\n]+\n$/)
  })
})

describe('a worker thread of a tree', () => {
  for (const [title, end] of [
    [
      'goes on logging after an uncaught exception that it handles itself',
      `process.on('uncaughtException', () => {
         // the writer has had the time to look at the ring
         void runtime.flush({ timeoutMs: ${PATIENCE_MS} }).then(() => logMany(runtime.get('thread')))
       })
       setImmediate(() => { throw new Error('handled') })`,
    ],
    [
      'loses nothing that its own exit listener logs after the last drain',
      `process.on('exit', () => {
         const until = performance.now() + 300
         while (performance.now() < until);
         logMany(runtime.get('thread'))
       })`,
    ],
  ] as const) {
    it(title, async (test) => {
      const dir = temporaryFolder(test)
      const thread = `
        import { init } from '${HOLDFAST}'
        ${LOG_MANY}
        const runtime = init({ join: 'required', lastWords: { budgetMs: ${PATIENCE_MS} } })
        runtime.get('thread').info('early')
        ${end}`
      const { stdout, stderr } = await ended(
        startScript(`
          import { once } from 'node:events'
          import { Worker } from 'node:worker_threads'
          import { fileAdapter, init } from '${HOLDFAST}'
          const runtime = init({
            service: 'late',
            queue: { worker: 'process', spoolDir: ${JSON.stringify(join(dir, 'spool'))} },
            adapters: [fileAdapter({ path: ${JSON.stringify(join(dir, 'app.log'))} })],
          })
          await once(new Worker(${JSON.stringify(thread)}, { eval: true }), 'exit')
          await runtime.shutdown({ timeoutMs: ${PATIENCE_MS} })`),
      )

      assert.deepEqual({ stdout, stderr }, { stdout: JSON.stringify({ accepted: LATE }), stderr: '' })
      assert.equal(await untilCounted(join(dir, 'app.log')), LATE)
    })
  }
})

function countLate(path: string): number {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"message":"late"')).length
}

/** The writer outlives the application: it may still be about to write. */
async function untilCounted(path: string): Promise<number> {
  const end = performance.now() + PATIENCE_MS
  for (;;) {
    const count = countLate(path)
    if (count >= LATE || performance.now() > end) return count
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
