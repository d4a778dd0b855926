import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import { bind, get } from 'holdfast'
import { captureLogs } from 'holdfast/testing'

const log = get('shared')
const RUNS = 50

describe('captures at the same time', { concurrency: true }, () => {
  for (let n = 0; n < RUNS; n++) {
    it(`see nothing of each other (${n})`, async () => {
      using logs = captureLogs({ level: n % 2 === 0 ? 'trace' : 'info' })

      for (let step = 0; step < 10; step++) {
        bind({ jobId: `job-${n}` }, () => log.info(`step ${step}`, { n }))
        log.debug('detail', { n })
        await (step % 2 === 0 ? turn() : pause(1))
      }

      assert.equal(logs.records.length, n % 2 === 0 ? 20 : 10)
      assert.ok(logs.records.every(({ extra }) => extra?.['n'] === n))
      assert.ok(logs.filter(/^step/).every(({ context }) => context.job_id === `job-${n}`))
    })
  }
})

describe('fifty captures of one Promise.all', () => {
  it('see nothing of each other', async () => {
    const work = async (n: number): Promise<readonly unknown[]> =>
      captureLogs(async (logs) => {
        for (let step = 0; step < 5; step++) {
          log.info('step', { n })
          await turn()
        }
        return logs.records.map(({ extra }) => extra?.['n'])
      })

    const seen = await Promise.all(Array.from({ length: RUNS }, (_, n) => work(n)))

    assert.deepEqual(
      seen,
      seen.map((_, n) => [n, n, n, n, n]),
    )
  })
})

describe('work that outlives a capture', () => {
  it('logs to where it would have logged without it', async () => {
    let late: Promise<string> | undefined
    {
      using logs = captureLogs()
      late = turn().then(() => log.info('late'))
      log.info('inside')
      assert.deepEqual(logs.messages, ['inside'])
    }

    assert.equal(await late, 'buffered')
  })

  it('reaches an outer capture that is still on', async () => {
    using outer = captureLogs()
    let late: Promise<string> | undefined
    captureLogs(() => {
      late = turn().then(() => log.info('late'))
    })
    await late

    assert.deepEqual(outer.messages, ['late'])
  })
})
