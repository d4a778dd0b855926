import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { writersEnd } from './crash/outside/writer-processes.js'
import { faultyFs } from './fixtures/faulty-fs/faulty-fs.js'
import type { FaultRule } from './fixtures/faulty-fs/rules.js'
import { PATIENCE_MS } from './fixtures/patience.js'
import { PICKY_MODULE, type PickyMethod, type PickyWay, POISON } from './fixtures/picky-adapter.js'
import { cleanEnv, ended, HOLDFAST, temporaryFolder } from './fixtures/spawn.js'

type Worker = 'local' | 'thread' | 'process'

interface Place {
  readonly dir: string
  /** What has arrived. */
  readonly path: string
  /** What was put aside. */
  readonly aside: string
}

interface Found {
  readonly messages: readonly string[]
  readonly aside: readonly { readonly seq: number; readonly event_id: string; readonly line: string }[]
  readonly answer: unknown
}

const WORKERS: readonly Worker[] = ['local', 'thread', 'process']
const WAYS: readonly PickyWay[] = ['exact', 'refused', 'encode', 'unclear']
const METHODS: readonly PickyMethod[] = ['write', 'writeSync', 'writeLinesSync']

describe('a record that an adapter cannot process', () => {
  for (const [at, worker] of WORKERS.entries())
    for (const [shift, method] of METHODS.entries()) {
      const way = WAYS[(at + shift) % WAYS.length] as PickyWay
      it(`is put aside by a ${worker} writer, and no other is lost (${method}, ${way})`, async (test) => {
        const place = placeOf(test)

        const { messages, aside, answer } = await run(
          place,
          { worker, method, way },
          `for (const message of ['a', 'b', '${POISON} 1', 'c', '${POISON} 2', 'd']) log.info(message)
          await runtime.flush({ timeoutMs: ${PATIENCE_MS}, waitForDown: true })
          const { adapters } = await runtime.shutdown({ timeoutMs: ${PATIENCE_MS} })
          const { delivered, dropped, pending } = adapters.picky
          return { delivered, dropped, pending, told: told.map(({ seq, file }) => [seq, file]) }`,
        )

        assert.deepEqual(messages, ['a', 'b', 'c', 'd'])
        assert.deepEqual(
          aside.map(({ seq, line }) => [seq, JSON.parse(line).message]),
          [
            [3, `${POISON} 1`],
            [5, `${POISON} 2`],
          ],
        )
        assert.deepEqual(answer, {
          delivered: 4,
          dropped: { unprocessable: 2 },
          pending: 0,
          told: [
            [3, place.aside],
            [5, place.aside],
          ],
        })
        assert.equal(statSync(place.aside).mode & 0o777, 0o600)
        assert.ok(await writersEnd(place.dir, PATIENCE_MS))
        const left = readdirSync(join(place.dir, 'spool/picky')).filter((name) => !name.startsWith('.'))
        assert.deepEqual(left, ['aside'], 'its run is gone, and the file is not')
      })
    }

  it('is put aside once, and all others arrive, when writers are killed while they look for it', async (test) => {
    const place = placeOf(test)

    const { messages, aside, answer } = await run(
      place,
      { worker: 'process', method: 'write', way: 'refused' },
      `const { existsSync, readFileSync } = await import('node:fs')
      const lettersNow = () => existsSync(place.aside) ? readFileSync(place.aside, 'utf8').split('\\n').length - 1 : 0
      let kills = 0
      for (let round = 0; round < 3; round++) {
        const before = lettersNow()
        for (let i = 0; i < 40; i++) log.info(i % 4 === 1 ? '${POISON} ' + round + '.' + i : round + '.' + i)
        while (lettersNow() === before) await new Promise(setImmediate)
        const { pid } = runtime.inspect().writer
        process.kill(pid, 'SIGKILL')
        kills++
        while (runtime.inspect().writer.pid === pid || runtime.inspect().writer.state !== 'running') await new Promise((done) => setTimeout(done, 5))
      }
      await runtime.flush({ timeoutMs: ${PATIENCE_MS}, waitForDown: true })
      const { adapters } = await runtime.shutdown({ timeoutMs: ${PATIENCE_MS} })
      const { dropped, pending } = adapters.picky
      return { kills, dropped, pending }`,
    )

    assert.deepEqual(answer, { kills: 3, dropped: { unprocessable: 30 }, pending: 0 })
    assert.equal(new Set(messages).size, 90)
    assert.equal(aside.length, 30)
    assert.equal(new Set(aside.map(({ event_id }) => event_id)).size, 30)
  })

  // a writer thread takes nothing over that its application preloads, so no fault either
  for (const worker of ['local', 'process'] as const)
    it(`makes the lane of a ${worker} writer wait as long as the disk is full`, async (test) => {
      const place = placeOf(test)
      const full = join(place.dir, 'full')
      const rules: readonly FaultRule[] = [
        { call: 'writeSync', path: 'aside/picky\\.jsonl', fault: 'before', code: 'ENOSPC', whileThere: full },
      ]

      const { messages, aside, answer } = await run(
        place,
        { worker, method: 'write', way: 'exact' },
        `const { rmSync, writeFileSync } = await import('node:fs')
        writeFileSync('${full}', '')
        for (const message of ['a', '${POISON}', 'b']) log.info(message)
        while (!runtime.inspect().lanes.picky.reason.includes('make room')) await new Promise((done) => setTimeout(done, 10))
        const { state, reason } = runtime.inspect().lanes.picky
        const { pending } = runtime.report().adapters.picky
        rmSync('${full}')
        await runtime.flush({ timeoutMs: ${PATIENCE_MS}, waitForDown: true })
        const { adapters } = await runtime.shutdown({ timeoutMs: ${PATIENCE_MS} })
        return { waits: pending > 0, state, reason, dropped: adapters.picky.dropped, delivered: adapters.picky.delivered }`,
        rules,
      )

      const { reason, ...counts } = answer as { readonly reason: string }
      assert.match(reason, /ENOSPC.*make room/)
      assert.deepEqual(counts, { waits: true, state: 'down', dropped: { unprocessable: 1 }, delivered: 2 })
      assert.deepEqual(messages, ['a', 'b'])
      assert.equal(aside.length, 1)
    })
})

describe('a destination that refuses everything for a while', () => {
  for (const [at, worker] of WORKERS.entries())
    for (const method of METHODS.slice(at, at + 1))
      it(`costs no event of a ${worker} writer, and none is put aside (${method})`, async (test) => {
        const place = placeOf(test)

        const { messages, answer } = await run(
          place,
          { worker, method, way: 'refused' },
          `const { rmSync, writeFileSync } = await import('node:fs')
          writeFileSync(place.path + '.down', '')
          for (let i = 0; i < 100; i++) log.info(String(i))
          while (runtime.inspect().lanes.picky.state !== 'down') await new Promise((done) => setTimeout(done, 10))
          rmSync(place.path + '.down')
          await runtime.flush({ timeoutMs: ${PATIENCE_MS}, waitForDown: true })
          const { adapters } = await runtime.shutdown({ timeoutMs: ${PATIENCE_MS} })
          return adapters.picky.dropped`,
        )

        assert.deepEqual(answer, {})
        assert.deepEqual(
          messages,
          Array.from({ length: 100 }, (_, i) => String(i)),
        )
        assert.ok(!existsSync(place.aside))
      })
})

function placeOf(test: TestContext): Place {
  const dir = temporaryFolder(test)
  return { dir, path: join(dir, 'arrived'), aside: join(dir, 'spool/picky/aside/picky.jsonl') }
}

/** Runs an application whose last words are what `body` returns. */
async function run(
  place: Place,
  { worker, method, way }: { readonly worker: Worker; readonly method: PickyMethod; readonly way: PickyWay },
  body: string,
  rules: readonly FaultRule[] = [],
): Promise<Found> {
  const source = `
    import { init } from '${HOLDFAST}'
    import { pickyAdapter } from '${PICKY_MODULE}'
    const place = ${JSON.stringify(place)}
    const told = []
    const runtime = init({
      service: 'picky',
      adapters: [pickyAdapter({ path: place.path, method: '${method}', way: '${way}', retryMaxMs: 200 })],
      queue: { worker: '${worker}', spoolDir: ${JSON.stringify(join(place.dir, 'spool'))} },
      diagnosticHook: (name, payload) => { if (name === 'record_put_aside') told.push(payload) },
    })
    const log = runtime.get('app')
    const answer = await (async () => { ${body} })()
    process.stdout.write(JSON.stringify(answer))`
  const faults = faultyFs(join(place.dir, 'hits'), rules)
  const child = spawn(process.execPath, [...faults.args, '--input-type=module', '--eval', source], {
    env: cleanEnv(faults.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const { code, stdout, stderr } = await ended(child)
  assert.equal(code, 0, stderr)
  if (rules.length > 0) assert.ok(faults.hits().length > 0, 'nothing was hit')
  const arrived = linesOf(place.path).map((line) => JSON.parse(line))
  return {
    messages: arrived.filter(({ logger }) => logger === 'app').map(({ message }) => message),
    aside: linesOf(place.aside).map((line) => JSON.parse(line)),
    answer: JSON.parse(stdout),
  }
}

function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
}
