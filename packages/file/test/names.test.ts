import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nameReader, stampedPath } from '../dist/names.js'

const NOON = new Date(2026, 10, 20, 14, 5, 9).getTime()

describe('names', () => {
  for (const [path, first, second] of [
    ['/logs/app.log', '/logs/app.2026-11-20T14-05-09.log', '/logs/app.2026-11-20T14-05-09-2.log'],
    ['/logs/app', '/logs/app.2026-11-20T14-05-09', '/logs/app.2026-11-20T14-05-09-2'],
    ['/logs/.app', '/logs/.app.2026-11-20T14-05-09', '/logs/.app.2026-11-20T14-05-09-2'],
    ['/logs/a.b (1).log', '/logs/a.b (1).2026-11-20T14-05-09.log', '/logs/a.b (1).2026-11-20T14-05-09-2.log'],
  ] as const) {
    it(`of finished files of ${path} carry a date and a number, and are read back`, () => {
      const target = { kind: 'path', path } as const
      const read = nameReader(target)
      const nameOf = (full: string): string => full.slice('/logs/'.length)

      assert.deepEqual([stampedPath(target, NOON, 1), stampedPath(target, NOON, 2)], [first, second])
      assert.deepEqual(read('/logs', nameOf(first)), { stamp: '2026-11-20T14-05-09', sequence: 1, state: 'plain' })
      assert.deepEqual(read('/logs', `${nameOf(second)}.gz`), { stamp: '2026-11-20T14-05-09', sequence: 2, state: 'gzip' })
      assert.equal(read('/logs', `${nameOf(second)}.gz.tmp-7-ab12`)?.state, 'unfinished')
    })
  }

  it('of others are never taken for ours', () => {
    const read = nameReader({ kind: 'path', path: '/logs/app.log' })
    const others = [
      'app.log',
      'app.log.1',
      'app.log.gz',
      'app.2026-11-20.log',
      'app.2026-11-20T14-05-09.log.bak',
      'app.2026-11-20T14-05-09-0.log',
      'app.2026-11-20T14-05-09-02.log',
      'app2.2026-11-20T14-05-09.log',
      'myapp.2026-11-20T14-05-09.log',
      'appX2026-11-20T14-05-09.log',
      'app.2026-11-20T14-05-09Xlog',
      'app.2026-11-20T14-05-09.log\n',
      'app.2026-11-20T24-05-09.log',
      'app.2026-13-20T14-05-09.log',
      'app.2026-02-30T14-05-09.log',
    ]

    assert.deepEqual(
      others.filter((name) => read('/logs', name) !== undefined),
      [],
    )
  })

  it('below a directory belong to one prefix, however alike another is', () => {
    const read = nameReader({ kind: 'directory', dir: '/logs', prefix: 'app' })

    assert.deepEqual(read('/logs/2026-11-20', 'app_14-05-09-3.log.gz'), {
      stamp: '2026-11-20T14-05-09',
      sequence: 3,
      state: 'gzip',
    })
    for (const name of [
      'app_x_14-05-09.log',
      'app-errors_14-05-09.log',
      'app_latest.log',
      'app_14-05-09.txt',
      '14-05-09.log',
      'app_99-99-99.log',
    ]) {
      assert.equal(read('/logs/2026-11-20', name), undefined, name)
    }
  })
})
