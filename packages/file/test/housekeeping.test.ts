import assert from 'node:assert/strict'
import { dirname } from 'node:path'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { selectExpired } from '../dist/retention.js'
import { linesOf, record, records } from './records.js'
import { Room, START } from './room.js'

const PATH = '/logs/app.log'
const LINE = linesOf(1, 1).length
const HOUR_MS = 3_600_000

function write(room: Room, seq: number): void {
  room.adapter.writeSync([record(seq, { time: room.clock.now() })])
}

/** Files of earlier runs: one an hour, the newest an hour old. */
function putFinished(room: Room, count: number, suffix = ''): void {
  room.transport.makeDirectory('/logs', 0o750)
  for (let age = 1; age <= count; age++) {
    room.transport.now = START - age * HOUR_MS
    room.transport.put(`/logs/app.2026-11-20T${String(12 - age).padStart(2, '0')}-00-00.log${suffix}`, 'x'.repeat(100))
  }
  room.transport.now = START
}

describe('retention', () => {
  const file = (mtimeMs: number, size = 10, sequence = 1) =>
    ({
      path: `/${mtimeMs}-${sequence}`,
      name: { stamp: 's', sequence, state: 'plain' },
      size,
      mtimeMs,
      identity: `${mtimeMs}-${sequence}`,
    }) as const
  const none = { maxFiles: Number.POSITIVE_INFINITY, maxAgeMs: Number.POSITIVE_INFINITY, maxTotalBytes: Number.POSITIVE_INFINITY }
  const expired = (files: readonly ReturnType<typeof file>[], retain: Partial<typeof none>, current = 0) =>
    selectExpired(files, { ...none, ...retain }, 100, current).map(({ path }) => path)

  it('keeps the newest by count, by age and by bytes, whatever their order', () => {
    const files = [file(50), file(90), file(70)]

    assert.deepEqual(expired(files, {}), [])
    assert.deepEqual(expired(files, { maxFiles: 1 }), ['/50-1', '/70-1'])
    assert.deepEqual(expired(files, { maxFiles: 0 }), ['/50-1', '/70-1', '/90-1'])
    assert.deepEqual(expired(files, { maxAgeMs: 30 }), ['/50-1'])
    assert.deepEqual(expired(files, { maxTotalBytes: 25 }), ['/50-1'])
    assert.deepEqual(expired(files, { maxTotalBytes: 25 }, 10), ['/50-1', '/70-1'])
  })

  it('leaves no hole: behind a large file that does not fit, smaller ones go too', () => {
    assert.deepEqual(expired([file(90, 10), file(70, 90), file(50, 1)], { maxTotalBytes: 50 }), ['/50-1', '/70-1'])
  })

  it('takes the sequence of one second as numbers', () => {
    assert.deepEqual(expired([file(90, 1, 10), file(90, 1, 9), file(90, 1, 2)], { maxFiles: 1 }), ['/90-2', '/90-9'])
  })

  it('counts files of earlier runs, compressed ones too', async () => {
    const room = new Room({ path: PATH, retain: { maxFiles: 2 } })
    putFinished(room, 5, '.gz')

    write(room, 1)
    await room.settle()

    assert.deepEqual(room.transport.paths(), [
      '/logs/app.2026-11-20T10-00-00.log.gz',
      '/logs/app.2026-11-20T11-00-00.log.gz',
      PATH,
    ])
  })

  it('deletes nothing that is not ours, and never the file being written', async () => {
    const room = new Room({ path: PATH, retain: { maxFiles: 0, maxTotalBytes: 1, maxAgeMs: 1 } })
    putFinished(room, 2)
    const others = ['/logs/app.log.1', '/logs/app2.2026-11-20T10-00-00.log', '/logs/app.2026-11-20T10-00-00.txt', '/logs/notes']
    for (const path of others) room.transport.put(path, 'x')
    room.transport.symlink('notes', '/logs/app.2020-01-01T00-00-00.log')

    write(room, 1)
    await room.settle()

    assert.deepEqual(room.transport.paths(), [...others, '/logs/app.2020-01-01T00-00-00.log', PATH].sort())
  })

  it('deletes nothing through a link in the place of the folder of a day, and nothing whose name no clock gives', async () => {
    const room = new Room({ dir: '/logs', prefix: 'app', latest: false, retain: { maxFiles: 0 } })
    const kept = ['/archive/app_10-00-00.log', '/logs/2026-11-18/app_99-99-99.log', '/logs/2026-02-30/app_10-00-00.log']
    for (const path of kept) {
      room.transport.makeDirectory(dirname(path), 0o750)
      room.transport.put(path, 'x')
    }
    room.transport.symlink('../archive', '/logs/2026-11-17')
    // what the link leads to, as a file system in memory shows it
    room.transport.put('/logs/2026-11-17/app_10-00-00.log', 'x')

    write(room, 1)
    await room.settle()

    for (const path of [...kept, '/logs/2026-11-17/app_10-00-00.log']) assert.equal(room.transport.text(path), 'x', path)
  })

  it('deletes no file that another one has taken the place of meanwhile', async () => {
    const room = new Room({ path: PATH, retain: { maxFiles: 1 } })
    putFinished(room, 2)
    const oldest = '/logs/app.2026-11-20T10-00-00.log'
    const looks = room.transport.linkStatusLater.bind(room.transport)
    let seen = 0
    // between listing and removing
    room.transport.linkStatusLater = async (path) => {
      if (path === oldest && ++seen === 3) room.transport.put(oldest, 'somebody else has put this here')
      return await looks(path)
    }

    write(room, 1)
    await room.settle()

    assert.ok(seen >= 3)
    assert.equal(room.transport.text(oldest), 'somebody else has put this here')
  })

  it('keeps all files together within the bytes, counting what the current one may become', async () => {
    const room = new Room({ path: PATH, rotate: { maxBytes: 10 * LINE }, retain: { maxTotalBytes: 30 * LINE } })

    for (let seq = 1; seq <= 95; seq++) {
      room.advance(10)
      write(room, seq)
      if (seq % 10 === 1) await room.settle()
    }

    const total = room.transport.paths().reduce((sum, path) => sum + (room.transport.nodes.get(path)?.bytes.length ?? 0), 0)
    assert.ok(total <= 30 * LINE && total > 20 * LINE, `${total}`)
  })

  it('removes a folder of a day with its last file, and leaves one with other things in it', async () => {
    const room = new Room({ dir: '/logs', prefix: 'app', latest: false, retain: { maxFiles: 0 } })
    for (const day of ['/logs/2026-11-18', '/logs/2026-11-19', '/logs/keep']) {
      room.transport.makeDirectory(day, 0o750)
      room.transport.put(`${day}/app_10-00-00.log`, 'x')
    }
    room.transport.put('/logs/2026-11-19/other.log', 'x')

    write(room, 1)
    await room.settle()

    assert.equal(room.transport.nodes.has('/logs/2026-11-18'), false)
    assert.deepEqual(room.transport.paths(), [
      '/logs/2026-11-19/other.log',
      '/logs/2026-11-20/app_12-34-56.log',
      '/logs/keep/app_10-00-00.log',
    ])
  })

  it('leaves alone what another process has open, and where that is unknown what was written in the last hour', async () => {
    const survivors = async (openElsewhere: (identity: string) => ReadonlySet<string> | undefined) => {
      const room = new Room({ dir: '/logs', prefix: 'app', latest: false, retain: { maxFiles: 0 } })
      room.transport.makeDirectory('/logs/2026-11-20', 0o750)
      for (const [name, ageMs] of [
        ['app_09-00-00.log', 2 * HOUR_MS],
        ['app_12-00-00.log', 1000],
      ] as const) {
        room.transport.now = START - ageMs
        room.transport.put(`/logs/2026-11-20/${name}`, 'x')
      }
      room.transport.openElsewhere = openElsewhere(String(room.transport.nodes.get('/logs/2026-11-20/app_09-00-00.log')?.id))
      write(room, 1)
      await room.settle()
      return room.transport.paths().map((path) => path.slice(-12))
    }

    assert.deepEqual(await survivors((identity) => new Set([identity])), ['09-00-00.log', '12-34-56.log'])
    assert.deepEqual(await survivors(() => undefined), ['12-00-00.log', '12-34-56.log'])
  })

  it('looks again every hour for files that have become too old', async () => {
    const room = new Room({ path: PATH, retain: { maxAgeMs: 2 * HOUR_MS } })
    putFinished(room, 1)
    write(room, 1)
    await room.settle()
    room.advance(HOUR_MS + 1)

    write(room, 2)
    await room.settle()

    assert.deepEqual(room.transport.paths(), [PATH])
  })

  it('says that a file cannot be deleted, and that it could at last', async () => {
    const room = new Room({ path: PATH, retain: { maxFiles: 0 } })
    putFinished(room, 1)
    room.transport.fail('removeLater', 'EACCES')

    write(room, 1)
    await room.settle()
    const failed = room.adapter.health()
    room.advance(HOUR_MS)
    write(room, 2)
    await room.settle()

    assert.deepEqual([failed.state, failed.reason], ['degraded', 'retain: EACCES: removeLater'])
    assert.equal(room.adapter.health().state, 'ok')
  })
})

describe('compression', () => {
  const FINISHED = '/logs/app.2026-11-20T12-34-56.log'
  const rotated = (): Room => {
    const room = new Room({ path: PATH, rotate: { maxBytes: LINE }, compress: 'gzip' })
    room.adapter.writeSync(records(1, 2))
    return room
  }

  it('replaces a finished file by its gzip copy of the same time', async () => {
    const room = rotated()
    await room.settle()

    const copy = room.transport.nodes.get(`${FINISHED}.gz`)
    assert.deepEqual(room.transport.paths(), [`${FINISHED}.gz`, PATH])
    assert.equal(gunzipSync(copy?.bytes ?? '').toString(), linesOf(1, 1))
    assert.equal(copy?.mtimeMs, START)
  })

  for (const operation of ['gzipLater', 'renameLater', 'removeLater', 'listLater', 'linkStatusLater'] as const) {
    it(`that fails at ${operation} keeps the plain file, says so, and is done by the next pass`, async () => {
      const room = rotated()
      room.transport.fail(operation, 'ENOSPC', { times: 100 })
      await room.settle()
      const failed = room.adapter.health()
      const kept = room.transport.text(FINISHED)

      room.transport.heal()
      room.advance(HOUR_MS)
      write(room, 3)
      await room.settle()

      assert.equal(failed.state, 'degraded')
      assert.equal(kept, linesOf(1, 1))
      assert.equal(gunzipSync(room.transport.nodes.get(`${FINISHED}.gz`)?.bytes ?? '').toString(), linesOf(1, 1))
      assert.equal(room.transport.text(FINISHED), undefined)
      assert.deepEqual(
        room.transport.paths().filter((path) => path.includes('tmp')),
        [],
      )
    })
  }

  it('leaves a file alone that somebody still writes to', async () => {
    const room = rotated()
    const gzip = room.transport.gzipLater.bind(room.transport)
    room.transport.gzipLater = async (from, to, signal) => {
      await gzip(from, to, signal)
      const node = room.transport.nodes.get(from)
      if (node !== undefined) node.bytes = Buffer.concat([node.bytes, Buffer.from(linesOf(8, 8))])
    }

    await room.settle()

    assert.deepEqual(room.transport.paths(), [FINISHED, PATH])
  })

  it('of a run that was killed is done by the next one, which also takes away what was half made', async () => {
    const room = new Room({ path: PATH, compress: 'gzip' })
    room.transport.makeDirectory('/logs', 0o750)
    room.transport.now = START - 61_000
    room.transport.put(FINISHED, linesOf(1, 3))
    room.transport.put(`${FINISHED}.gz.tmp-77-abc`, 'half')
    room.transport.put('/logs/app.2026-11-20T12-00-00.log', '')
    room.transport.now = START

    write(room, 4)
    await room.settle()

    assert.deepEqual(room.transport.paths(), [`${FINISHED}.gz`, PATH])
  })

  it('is waited for by close, but not for ever', async () => {
    const room = rotated()
    room.transport.gzipLater = (_from: string, _to: string, signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))

    let isClosed = false
    const closed = room.adapter.close().then(() => {
      isClosed = true
    })
    await room.clock.advanceAsync(2999)
    const before = isClosed
    await room.clock.advanceAsync(1)
    await closed

    assert.equal(before, false)
    assert.equal(room.transport.text(FINISHED), linesOf(1, 1))
  })
})
