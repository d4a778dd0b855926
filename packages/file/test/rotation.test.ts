import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { FileOptions } from '@holdfast/file'
import { linesOf, range, record, records, seqsIn } from './records.js'
import { Room, START } from './room.js'

const PATH = '/logs/app.log'
const LINE = linesOf(1, 1).length
const DAY_MS = 86_400_000

function write(room: Room, from: number, to: number): void {
  room.adapter.writeSync(records(from, to, { time: room.clock.now() }))
}

/** Every sequence number in every file, oldest file first. */
function allSeqs(room: Room): readonly number[] {
  const files = room.transport.paths().filter((path) => room.transport.nodes.get(path)?.kind === 'file')
  const texts = files.map((path) => {
    const bytes = room.transport.nodes.get(path)?.bytes ?? Buffer.alloc(0)
    return path.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString()
  })
  return texts.flatMap(seqsIn).sort((a, b) => a - b)
}

describe('rotation by size', () => {
  it('never lets a file grow beyond the limit, and fills it up to there', () => {
    const room = new Room({ path: PATH, rotate: { maxBytes: 3 * LINE } })

    write(room, 1, 8)

    assert.deepEqual(
      room.transport.paths().map((path) => [path, room.transport.text(path)]),
      [
        ['/logs/app.2026-11-20T12-34-56-2.log', linesOf(4, 6)],
        ['/logs/app.2026-11-20T12-34-56.log', linesOf(1, 3)],
        [PATH, linesOf(7, 8)],
      ],
    )
  })

  it('counts what an earlier run wrote', () => {
    const room = new Room({ path: PATH, rotate: { maxBytes: 3 * LINE } })
    write(room, 1, 2)

    room.start()
    write(room, 3, 4)

    assert.equal(room.transport.text('/logs/app.2026-11-20T12-34-56.log'), linesOf(1, 3))
    assert.equal(room.transport.text(PATH), linesOf(4, 4))
  })

  it('gives a line that is larger than the limit a file of its own', () => {
    const room = new Room({ path: PATH, rotate: { maxBytes: 50 } })
    const large = record(2, { pad: 'x'.repeat(100) })

    room.adapter.writeSync([record(1), large, record(3)])

    assert.deepEqual(
      room.transport.paths().map((path) => seqsIn(room.transport.text(path) ?? '')),
      [[2], [1], [3]],
    )
  })

  it('makes new files of a directory by their time, and moves the link', () => {
    const room = new Room({ dir: '/logs', prefix: 'app', rotate: { maxBytes: 2 * LINE } })
    write(room, 1, 2)
    room.advance(1000)

    write(room, 3, 4)

    assert.equal(room.transport.text('/logs/2026-11-20/app_12-34-56.log'), linesOf(1, 2))
    assert.equal(room.transport.text('/logs/2026-11-20/app_12-34-57.log'), linesOf(3, 4))
    assert.equal(room.transport.nodes.get('/logs/app_latest.log')?.target, '2026-11-20/app_12-34-57.log')
    assert.equal(room.transport.openFiles, 1)
  })

  it('never touches a pipe', () => {
    const room = new Room({ path: '/run/pipe', rotate: { maxBytes: 10, every: 'hour' } })
    room.transport.makeDirectory('/run', 0o750)
    room.transport.put('/run/pipe', '', 'pipe')

    write(room, 1, 5)
    room.advance(DAY_MS)
    write(room, 6, 7)

    assert.deepEqual(room.transport.paths(), ['/run/pipe'])
  })

  it('refuses to rename a link, and goes on', () => {
    const room = new Room({ path: PATH, rotate: { maxBytes: 2 * LINE } })
    room.transport.makeDirectory('/logs', 0o750)
    room.transport.put('/logs/real.log', '')
    room.transport.symlink('real.log', PATH)
    const open = room.transport.open.bind(room.transport)
    room.transport.open = (path, way, mode) => open(path === PATH ? '/logs/real.log' : path, way, mode)

    write(room, 1, 5)

    assert.equal(room.transport.text('/logs/real.log'), linesOf(1, 5))
    assert.match(room.adapter.health().reason ?? '', /^rotate: Expected `\/logs\/app\.log` to be a file, got a link/)
  })

  it('never takes a name whose compressed file is still there', async () => {
    const room = new Room({ path: PATH, rotate: { maxBytes: LINE }, compress: 'gzip' })
    write(room, 1, 2)
    await room.settle()

    write(room, 3, 3)
    await room.settle()

    assert.deepEqual(room.transport.paths(), [
      '/logs/app.2026-11-20T12-34-56-2.log.gz',
      '/logs/app.2026-11-20T12-34-56.log.gz',
      PATH,
    ])
    assert.deepEqual(allSeqs(room), [1, 2, 3])
  })
})

describe('a name whose file another process compresses between the look and the making', () => {
  const STAMP = { path: '/logs/app.2026-11-20T12-34-56', directory: '/logs/2026-11-20/app_12-34-56' } as const
  const targets = {
    path: { path: PATH, rotate: { maxBytes: LINE }, compress: 'gzip' },
    directory: { dir: '/logs', prefix: 'app', latest: false, compress: 'gzip' },
  } as const

  /** Their file had the name when we looked for its copy; by now there is the copy alone. */
  function compressMeanwhile(room: Room, copy: string): void {
    const { transport } = room
    const open = transport.open.bind(transport)
    transport.open = (path, way, mode) => {
      if (`${path}.gz` === copy && way === 'create') transport.put(copy, 'theirs')
      return open(path, way, mode)
    }
  }

  for (const kind of ['path', 'directory'] as const) {
    it(`is not taken, and their copy stays, with a ${kind}`, async () => {
      const room = new Room(targets[kind])
      compressMeanwhile(room, `${STAMP[kind]}.log.gz`)

      write(room, 1, 2)
      await room.adapter.close()

      assert.equal(room.transport.text(`${STAMP[kind]}.log.gz`), 'theirs')
      assert.equal(room.transport.text(`${STAMP[kind]}.log`), undefined)
      assert.equal(room.transport.openFiles, 0)
      room.transport.nodes.delete(`${STAMP[kind]}.log.gz`)
      assert.deepEqual(allSeqs(room), [1, 2])
    })
  }

  it('is given back when it cannot be told', () => {
    const room = new Room(targets.directory)
    room.transport.fail('linkStatus', 'EIO', { skip: 1 })

    assert.throws(() => write(room, 1, 1), { code: 'EIO' })

    assert.deepEqual(room.transport.paths(), [])
    assert.equal(room.transport.openFiles, 0)
  })
})

describe('rotation by time', () => {
  it('happens with the first line of a new day, under the time of the last line of the old one', () => {
    const room = new Room({ path: PATH, rotate: { every: 'day' } })
    write(room, 1, 1)
    room.advance(60_000)
    write(room, 2, 2)
    room.advance(new Date(2026, 10, 21, 0, 0, 0).getTime() - room.clock.now() - 1)
    write(room, 3, 3)
    room.advance(1)

    write(room, 4, 4)

    assert.equal(room.transport.text('/logs/app.2026-11-20T23-59-59.log'), linesOf(1, 3))
    assert.equal(room.transport.text(PATH), linesOf(4, 4))
  })

  it('happens at the start of a run that finds a file of yesterday', () => {
    const room = new Room({ path: PATH, rotate: { every: 'day' } })
    write(room, 1, 1)
    room.advance(3 * DAY_MS)

    room.start()
    write(room, 2, 2)

    assert.equal(room.transport.text('/logs/app.2026-11-20T12-34-56.log'), linesOf(1, 1))
    assert.equal(room.transport.text(PATH), linesOf(2, 2))
  })

  it('moves to the folder of the new day', () => {
    const room = new Room({ dir: '/logs', prefix: 'app', latest: false, rotate: { every: 'day' } })
    write(room, 1, 1)
    room.advance(DAY_MS)

    write(room, 2, 2)

    assert.deepEqual(room.transport.paths(), ['/logs/2026-11-20/app_12-34-56.log', '/logs/2026-11-21/app_12-34-56.log'])
  })

  it('stays in the folder of the first day without `every`', () => {
    const room = new Room({ dir: '/logs', prefix: 'app', latest: false })
    write(room, 1, 1)
    room.advance(DAY_MS)

    write(room, 2, 2)

    assert.deepEqual(room.transport.paths(), ['/logs/2026-11-20/app_12-34-56.log'])
  })

  it('is not put off by a clock that was far ahead and is set back', () => {
    const room = new Room({ path: PATH, rotate: { every: 'hour' } })
    room.advance(1000 * DAY_MS)
    write(room, 1, 1)
    room.clock.setNow(START)
    for (const seq of range(2, 300)) write(room, seq, seq)
    room.clock.setNow(START + 3_600_000)

    write(room, 301, 301)

    assert.equal(room.transport.text(PATH), linesOf(301, 301))
    assert.deepEqual(allSeqs(room), range(1, 301))
  })

  it('is not caused by a record whose time is ahead of the clock', () => {
    const room = new Room({ path: PATH, rotate: { every: 'hour' } })
    write(room, 1, 1)

    room.adapter.writeSync([record(2, { time: START + 10 * DAY_MS })])

    assert.deepEqual(room.transport.paths(), [PATH])
  })
})

describe('a rotation that fails', () => {
  for (const [operation, code, skip] of [
    ['open', 'EMFILE', 0],
    ['open', 'EMFILE', 1],
    ['rename', 'EACCES', 0],
    ['linkStatus', 'EIO', 0],
    ['linkStatus', 'EIO', 1],
    ['statusOf', 'EIO', 1],
    ['status', 'EIO', 0],
    ['close', 'EIO', 0],
    ['close', 'EIO', 1],
  ] as const) {
    it(`at ${operation} number ${skip + 1} loses and doubles nothing, says so, and is tried again`, () => {
      const room = new Room({ path: PATH, rotate: { maxBytes: 2 * LINE } })
      write(room, 1, 2)
      room.transport.fail(operation, code, { skip })

      write(room, 3, 4)
      const state = room.adapter.health().state
      room.advance(1000)
      write(room, 5, 9)

      assert.equal(state, 'degraded')
      assert.deepEqual(allSeqs(room), range(1, 9))
      assert.equal(room.transport.openFiles, 1)
      assert.ok(room.transport.paths().length > 1, 'it was not tried again')
    })
  }

  it('goes on in a file with a name of its own when the path cannot be opened nor the rename undone', () => {
    const room = new Room({ path: PATH, rotate: { maxBytes: 2 * LINE } })
    write(room, 1, 2)
    room.transport.fail('open', 'EMFILE', { skip: 1 })
    room.transport.fail('rename', 'EIO', { skip: 1 })

    write(room, 3, 3)
    room.advance(1000)
    write(room, 4, 4)

    assert.deepEqual(allSeqs(room), range(1, 4))
    assert.equal(room.transport.text(PATH), linesOf(4, 4))
  })

  for (const [operation, code] of [
    ['open', 'ENOSPC'],
    ['makeDirectory', 'EACCES'],
  ] as const) {
    it(`below a directory at ${operation} goes on in the old file`, () => {
      const options: FileOptions = { dir: '/logs', prefix: 'app', latest: false, rotate: { every: 'day' } }
      const room = new Room(options)
      write(room, 1, 1)
      room.advance(DAY_MS)
      room.transport.fail(operation, code)

      write(room, 2, 2)
      const before = room.transport.paths()
      room.advance(1000)
      write(room, 3, 3)

      assert.deepEqual(before, ['/logs/2026-11-20/app_12-34-56.log'])
      assert.deepEqual(room.transport.paths(), ['/logs/2026-11-20/app_12-34-56.log', '/logs/2026-11-21/app_12-34-57.log'])
      assert.deepEqual(allSeqs(room), [1, 2, 3])
    })
  }
})
