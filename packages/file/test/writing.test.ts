import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { makeRecord } from '@holdfast/testkit'
import { linesOf, record, records, seqsIn } from './records.js'
import { Room } from './room.js'

describe('writing', () => {
  it('appends each record as one line', () => {
    const room = new Room({ path: '/logs/app.log' })

    room.adapter.writeSync(records(1, 3))
    room.adapter.writeSync([record(4)])

    assert.equal(room.transport.text('/logs/app.log'), linesOf(1, 4))
  })

  it('makes nothing before the first record', () => {
    const room = new Room({ path: '/logs/app.log' })

    room.adapter.writeSync([])

    assert.deepEqual(room.transport.calls, [])
  })

  it('writes a batch with one call, and asks for nothing else', () => {
    const room = new Room({ path: '/logs/app.log' })
    room.adapter.writeSync([record(1, { time: room.clock.now() })])
    room.transport.calls.length = 0

    room.adapter.writeSync(records(2, 200, { time: room.clock.now() }))

    assert.deepEqual(room.transport.calls, ['write'])
  })

  it('goes on behind what an earlier run wrote', () => {
    const room = new Room({ path: '/logs/app.log' })
    room.adapter.writeSync([record(1)])

    room.start().writeSync([record(2)])

    assert.equal(room.transport.text('/logs/app.log'), linesOf(1, 2))
  })

  it('ends a torn last line before it writes its own', () => {
    const room = new Room({ path: '/logs/app.log' })
    room.transport.makeDirectory('/logs', 0o750)
    room.transport.put('/logs/app.log', '{"seq":1}\n{"se')

    room.adapter.writeSync([record(2)])

    assert.equal(room.transport.text('/logs/app.log'), '{"seq":1}\n{"se\n{"seq":2}\n')
  })

  it('continues after short writes', () => {
    const room = new Room({ path: '/logs/app.log' })
    room.transport.maxWrite = 3

    room.adapter.writeSync(records(1, 20))

    assert.equal(room.transport.text('/logs/app.log'), linesOf(1, 20))
  })

  it('writes lines that are larger than its block, and characters of every length', () => {
    const room = new Room({ path: '/logs/app.log' })
    const pads = ['x'.repeat(200_000), '€'.repeat(30_000), '😀'.repeat(16_000), 'é'.repeat(65_530), '\ud800']
    const batch = pads.map((pad, index) => record(index, { pad }))

    room.adapter.writeSync(batch)

    assert.equal(room.transport.text('/logs/app.log'), batch.map(({ json }) => `${json}\n`).join(''))
  })

  it('writes to a directory in one file for each run, with -2 and -3 for runs of the same second', () => {
    const room = new Room({ dir: '/logs', prefix: 'app', latest: false })

    for (const seq of [1, 2, 3]) room.start().writeSync([record(seq)])

    assert.deepEqual(room.transport.paths(), [
      '/logs/2026-11-20/app_12-34-56-2.log',
      '/logs/2026-11-20/app_12-34-56-3.log',
      '/logs/2026-11-20/app_12-34-56.log',
    ])
  })

  it('makes files with the mode that was given, and leaves the mode of others alone', () => {
    const room = new Room({ path: '/logs/app.log', mode: 0o600 })
    room.adapter.writeSync([record(1)])
    const other = new Room({ path: '/logs/app.log', mode: 0o600 })
    other.transport.makeDirectory('/logs', 0o750)
    other.transport.put('/logs/app.log', '')

    other.adapter.writeSync([record(1)])

    assert.equal(room.transport.nodes.get('/logs/app.log')?.mode, 0o600)
    assert.equal(other.transport.nodes.get('/logs/app.log')?.mode, 0o640)
    assert.equal(room.transport.nodes.get('/logs')?.mode, 0o750)
  })

  it('closes what it opened, once, and refuses records afterwards', async () => {
    const room = new Room({ path: '/logs/app.log' })
    room.adapter.writeSync([record(1)])

    await Promise.all([room.adapter.close(), room.adapter.close()])

    assert.equal(room.transport.openFiles, 0)
    assert.throws(() => room.adapter.writeSync([record(2)]), { code: 'CLOSED' })
  })

  it('gives up a write whose signal is aborted', () => {
    const room = new Room({ path: '/logs/app.log' })

    assert.throws(() => room.adapter.write([record(1)], AbortSignal.abort()), { name: 'AbortError' })
    assert.equal(room.transport.text('/logs/app.log'), undefined)
  })
})

describe('formats', () => {
  it('writes text that cannot be forged, on one line', () => {
    const room = new Room({ path: '/logs/a.log', format: 'text' })
    const time = Date.UTC(2026, 10, 20, 12, 34, 56, 789)

    room.adapter.writeSync([
      makeRecord({ time, logger: 'worker', message: 'first\n2026 CRITICAL \u001b[31msecond', extra: { chunk: 3 } }),
    ])

    const text = room.transport.text('/logs/a.log') ?? ''
    assert.match(text, /^2026-11-20[T ]12:34:56\.789\S* INFO {5}worker {2}first/)
    assert.match(text, /chunk=3/)
    assert.equal(text.indexOf('\n'), text.length - 1)
    assert.equal(text.includes('\u001b'), false)
  })

  it('writes what a function returns, with one line end', () => {
    const room = new Room({ path: '/a.log', format: ({ seq }) => (seq === 1 ? 'one' : 'other\n') })
    room.transport.makeDirectory('/', 0o750)

    room.adapter.writeSync(records(1, 2))

    assert.equal(room.transport.text('/a.log'), 'one\nother\n')
  })

  for (const [what, format] of [
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['returns no text', () => 7 as unknown as string],
  ] as const) {
    it(`falls back to the JSON line when the function ${what}, and says so until it works again`, () => {
      let isBroken = true
      const room = new Room({ path: '/logs/a.log', format: () => (isBroken ? format() : 'fine') })

      room.adapter.writeSync([record(1)])
      const broken = room.adapter.health()
      isBroken = false
      room.adapter.writeSync([record(2)])

      assert.equal(room.transport.text('/logs/a.log'), '{"seq":1}\nfine\n')
      assert.equal(broken.state, 'degraded')
      assert.match(broken.reason ?? '', /^format: /)
      assert.equal(room.adapter.health().state, 'ok')
    })
  }
})

describe('fsync', () => {
  const syncsAfter = (fsync: 'never' | 'interval' | 'error' | 'always', level: 'info' | 'error'): number => {
    const room = new Room({ path: '/logs/a.log', fsync })
    room.adapter.writeSync([record(1, { level })])
    return room.transport.calls.filter((call) => call === 'sync').length
  }

  it('syncs at once by its policy', () => {
    assert.deepEqual(
      (['never', 'interval', 'error', 'always'] as const).map((policy) => [
        syncsAfter(policy, 'info'),
        syncsAfter(policy, 'error'),
      ]),
      [
        [0, 0],
        [0, 0],
        [0, 1],
        [1, 1],
      ],
    )
  })

  it('syncs once for all that was written in an interval, and not when nothing was', async () => {
    const room = new Room({ path: '/logs/a.log', fsync: 'interval', fsyncIntervalMs: 500 })
    const count = (): number => room.transport.calls.filter((call) => call === 'syncLater').length

    room.adapter.writeSync([record(1)])
    room.adapter.writeSync([record(2)])
    await room.clock.advanceAsync(500)
    const first = count()
    await room.clock.advanceAsync(5000)

    assert.deepEqual([first, count(), room.clock.pending.length], [1, 1, 0])
  })

  it('keeps a file open until its sync is done when it is closed meanwhile', async () => {
    const room = new Room({ path: '/logs/a.log', fsync: 'interval', rotate: { maxBytes: 10 } })
    room.adapter.writeSync([record(1)])

    const flushed = room.adapter.flush()
    room.adapter.writeSync([record(2)])
    await flushed

    assert.equal(room.transport.openFiles, 1)
    assert.equal(room.adapter.health().state, 'ok')
  })

  it('does not offer the lines again when the sync fails, but says so', () => {
    const room = new Room({ path: '/logs/a.log', fsync: 'always' })
    room.transport.fail('sync', 'EIO')

    room.adapter.writeSync([record(1)])
    const failed = room.adapter.health()
    room.adapter.writeSync([record(2)])

    assert.deepEqual([failed.state, failed.reason], ['degraded', 'fsync: EIO: sync'])
    assert.deepEqual([room.adapter.health().state, seqsIn(room.transport.text('/logs/a.log') ?? '')], ['ok', [1, 2]])
  })

  it('throws from flush and flushSync when the disk refuses', async () => {
    const room = new Room({ path: '/logs/a.log', fsync: 'interval' })
    room.adapter.writeSync([record(1)])
    room.transport.fail('sync', 'EIO')
    room.transport.fail('syncLater', 'EIO')

    assert.throws(() => room.adapter.flushSync(), { code: 'EIO' })
    await assert.rejects(room.adapter.flush(), { code: 'EIO' })
    await room.adapter.flush()
  })
})

describe('latest', () => {
  it('leads to the newest file, relative to its own place', () => {
    const room = new Room({ dir: '/logs', prefix: 'app' })

    room.adapter.writeSync([record(1)])
    room.advance(1000)
    room.start().writeSync([record(2)])

    assert.equal(room.transport.nodes.get('/logs/app_latest.log')?.target, '2026-11-20/app_12-34-57.log')
    assert.deepEqual(room.transport.paths().length, 3)
  })

  for (const kind of ['directory', 'file'] as const) {
    it(`leaves a ${kind} of its name alone and says so`, () => {
      const room = new Room({ dir: '/logs', latest: 'now' })
      room.transport.makeDirectory('/logs', 0o750)
      room.transport.put('/logs/now', 'precious', kind)

      room.adapter.writeSync([record(1)])

      assert.equal(room.transport.text('/logs/now'), 'precious')
      assert.equal(room.adapter.health().state, 'degraded')
      assert.match(room.adapter.health().reason ?? '', new RegExp(`got a ${kind}`))
    })
  }

  for (const operation of ['symlink', 'rename'] as const) {
    it(`goes on without a link when ${operation} is not permitted, and leaves nothing behind`, () => {
      const room = new Room({ dir: '/logs', prefix: 'app' })
      room.transport.fail(operation, 'EPERM')

      room.adapter.writeSync([record(1)])

      assert.deepEqual(room.transport.paths(), ['/logs/2026-11-20/app_12-34-56.log'])
      assert.match(room.adapter.health().reason ?? '', /^latest: EPERM/)
    })
  }
})
