import assert from 'node:assert/strict'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { PATIENCE_MS } from './fixtures/patience.js'
import { ended, HOLDFAST, startScript, temporaryFolder } from './fixtures/spawn.js'

/** Log files that cannot be: where, and what stderr says to do about it. */
const WAYS: readonly { readonly title: string; readonly path: (dir: string) => string; readonly cure: string }[] = [
  {
    title: 'a folder that is a link which leads nowhere',
    path: (dir) => {
      symlinkSync(join(dir, 'nowhere', 'logs'), join(dir, 'logs'))
      return join(dir, 'logs', 'app.log')
    },
    cure: 'Repair or remove what stands in the way: a file, or a link that leads nowhere.',
  },
  {
    title: 'a folder in which nothing can be made',
    path: () => '/proc/nope/app.log',
    cure: 'Make what the message names, or correct the path.',
  },
  { title: 'a full disk', path: () => '/dev/full', cure: 'Make room on the disk.' },
]

/** What nothing outlives is dropped, and what a run keeps is pending. */
const ENDS = {
  local: { dropped: 2, pending: 0, state: 'closed', timed_out: true },
  thread: { dropped: 2, pending: 0, state: 'closed', timed_out: true },
  process: { dropped: 0, pending: 2, state: 'down', timed_out: false },
} as const

interface Seen {
  readonly report: {
    readonly adapters: {
      readonly file: {
        readonly delivered: number
        readonly dropped: { readonly shutdown?: number }
        readonly pending: number
        readonly state: string
      }
    }
    readonly timedOut: boolean
  }
  readonly told: readonly (readonly [name: string, payload: Record<string, unknown>])[]
}

/** Its diagnostics come by the channel, so that stderr has what it has without a hook. */
const script = (dir: string, worker: string, path: string, timeoutMs: number, during = ''): string => `
  import { subscribe } from 'node:diagnostics_channel'
  import { mkdirSync } from 'node:fs'
  import { setTimeout as pause } from 'node:timers/promises'
  import { fileAdapter, init } from '${HOLDFAST}'
  const told = []
  subscribe('holdfast:diagnostic', ({ name, payload }) => told.push([name, payload]))
  const runtime = init({
    service: 'stepping-down',
    queue: { worker: '${worker}', spoolDir: ${JSON.stringify(join(dir, 'spool'))} },
    adapters: [fileAdapter({ path: ${JSON.stringify(path)} })],
  })
  for (let n = 0; n < 2; n++) runtime.get('app').info('event', { n })
  while (runtime.inspect().lanes.file.state !== 'down') await pause(10)
  const ending = runtime.shutdown({ timeoutMs: ${timeoutMs} })
  ${during}
  console.log(JSON.stringify({ report: await ending, told }))`

describe('report, diagnostics and stderr say the same', () => {
  for (const { title, path, cure } of WAYS) {
    for (const [worker, end] of Object.entries(ENDS)) {
      it(`of ${title}, with a ${worker} writer`, { skip: process.platform !== 'linux' }, async (test) => {
        const dir = temporaryFolder(test)
        const { stdout, stderr } = await ended(startScript(script(dir, worker, path(dir), 3000)))

        const { report, told } = JSON.parse(stdout) as Seen
        const { dropped, pending, state } = report.adapters.file
        assert.deepEqual({ dropped: dropped.shutdown ?? 0, pending, state, timed_out: report.timedOut }, end)
        const of = (name: string) => told.filter(([other]) => other === name).map(([, payload]) => payload)
        const [last] = of('queue_shutdown_timeout')
        assert.deepEqual([last?.['dropped'], last?.['pending'], last?.['timed_out']], [end.dropped, end.pending, end.timed_out])
        const drops = of('queue_dropped').map(({ reason, count }) => [reason, count])
        assert.deepEqual(drops, end.dropped === 0 ? [] : [['shutdown', end.dropped]])
        const lines = stderr.trimEnd().split('\n')
        assert.deepEqual(
          lines.map((line) => line.split(' ')[1]),
          ['queue_worker_error', 'queue_shutdown_timeout'],
          stderr,
        )
        assert.ok(lines[0]?.includes(`"cure":${JSON.stringify(cure)}`), lines[0])
        assert.ok(lines[1]?.includes(`"dropped":${end.dropped},"pending":${end.pending}`), lines[1])
      })
    }
  }
})

describe('a log folder that is there again during shutdown', () => {
  for (const worker of ['local', 'thread'] as const) {
    it(`gets everything from a ${worker} writer`, async (test) => {
      const dir = temporaryFolder(test)
      mkdirSync(join(dir, 'there'))
      symlinkSync(join(dir, 'there', 'logs'), join(dir, 'logs'))
      const during = `mkdirSync(${JSON.stringify(join(dir, 'there', 'logs'))})`
      const path = join(dir, 'logs', 'app.log')

      const { stdout } = await ended(startScript(script(dir, worker, path, PATIENCE_MS, during)))

      const { report, told } = JSON.parse(stdout) as Seen
      const { delivered, dropped } = report.adapters.file
      assert.deepEqual([report.timedOut, delivered, dropped], [false, 2, {}])
      assert.deepEqual(
        told.filter(([name]) => name === 'queue_shutdown_timeout'),
        [],
      )
    })
  }
})
