import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import fc from 'fast-check'
import { readRings } from '../../dist/host/read-rings.js'
import { headerBytes } from '../../dist/ring/shared/layout.js'
import { type DeadRun, eventsOf, LeftRoom } from './fixtures/left-room.js'
import { testLane } from './fixtures/world.js'

const SEGMENTS = 16
const SEGMENT_BYTES: number = 16 << 10
const HEADER: number = headerBytes(SEGMENTS)
const COUNT = 600

/** A run with 600 events, each with its own text, in about half of its segments. */
function makeRun(room: LeftRoom): DeadRun {
  const run = room.makeRun({ segments: SEGMENTS, segmentBytes: SEGMENT_BYTES })
  for (let i = 0; i < COUNT; i++) run.producer.log(20, `message ${i}|${'x'.repeat(i % 90)}`, `{"c":${i % 5}}`)
  room.die(run)
  return run
}

/** What has arrived of a ring; each line is one that was logged. */
function arrived(room: LeftRoom, run: DeadRun): number {
  const written = new Map(run.producer.logged.map(({ seq, text }) => [seq, text]))
  const events = room.lanes[0] === undefined ? [] : eventsOf(room.lanes[0], run)
  const seqs = new Set<number>()
  for (const { seq, message, extra } of events) {
    const [text, more = ''] = written.get(seq)?.split('|') ?? []
    assert.equal(message, text)
    assert.equal((extra as { x?: string } | undefined)?.x ?? '', more)
    assert.equal(seqs.has(seq), false, `${seq} came twice`)
    seqs.add(seq)
  }
  return seqs.size
}

interface Damage {
  readonly origin: string
  readonly bytes: number
  readonly recovered: number
  readonly lost: number
  readonly kept: string
}

function damages(room: LeftRoom): readonly Damage[] {
  return room.told.filter(([name]) => name === 'ring_damaged').map(([, payload]) => payload as never)
}

/** The damaged ring beside one that is whole: what is left of both. */
async function recover(
  test: TestContext,
  damage: (run: DeadRun) => void,
): Promise<{ room: LeftRoom; count: number; told: Damage }> {
  const room = new LeftRoom(test, [testLane('lines')])
  const run = makeRun(room)
  const whole = makeRun(room)
  damage(run)

  const present = room.start()
  await present.settle()
  await present.stop()

  assert.equal(arrived(room, whole), COUNT)
  assert.deepEqual(room.runs, [])
  const told = damages(room)
  assert.equal(told.length, 1, JSON.stringify(room.told))
  const count = arrived(room, run)
  assert.equal(told[0]?.recovered, count)
  return { room, count, told: told[0] as Damage }
}

function overwrite(path: string, change: (content: Buffer) => Buffer | undefined): void {
  const content = readFileSync(path)
  writeFileSync(path, change(content) ?? content)
}

describe('a damaged ring', () => {
  it('with zeroed sectors gives every event that is whole, and says how many are lost', async (test) => {
    const sectors = [1, 20, 40, 70, 100, 130]

    const { count, told } = await recover(test, ({ ring }) =>
      overwrite(ring, (content) => {
        for (const sector of sectors) content.fill(0, HEADER + sector * 512, HEADER + (sector + 1) * 512)
        return content
      }),
    )

    // a sector has some five events; that of a definition costs those that refer to it in its segment
    assert.ok(count > COUNT - 150 && count < COUNT, `${count}`)
    assert.equal(told.lost, COUNT - count)
    assert.ok(told.bytes >= sectors.length * 512 && told.bytes < 32_000, `${told.bytes}`)
  })

  it('whose length is no multiple of 4 gives what is before its end', async (test) => {
    const { count, told } = await recover(test, ({ ring }) => truncateSync(ring, HEADER + 2 * SEGMENT_BYTES + 4321))

    assert.ok(count > 100 && count < COUNT, `${count}`)
    assert.equal(told.lost, COUNT - count)
  })

  it('that is cut at a page gives what is before the cut', async (test) => {
    const { count, told } = await recover(test, ({ ring }) => truncateSync(ring, HEADER + SEGMENT_BYTES + 8192))

    assert.ok(count > 50, `${count}`)
    assert.equal(told.lost, COUNT - count)
  })

  it('with a first page of zeros gives all: its name says whose it was', async (test) => {
    const { count } = await recover(test, ({ ring }) =>
      overwrite(ring, (content) => {
        content.fill(0, 0, 4096)
        return content
      }),
    )

    assert.equal(count, COUNT)
  })

  it('whose whole header is rubbish gives all: its frames say where they stood', async (test) => {
    const { count } = await recover(test, ({ ring }) =>
      overwrite(ring, (content) => {
        content.fill(0xa5, 0, HEADER)
        return content
      }),
    )

    assert.equal(count, COUNT)
  })

  const flips = {
    'the position of its last frame': [24, [0, 3, 6, 8, 10, 11, 13]],
    'the number of its newest segment': [52, [0, 1, 3, 6, 27, 28, 31]],
  } as const
  for (const [what, [at, bits]] of Object.entries(flips)) {
    for (const bit of bits) {
      it(`gives all when bit ${bit} of ${what} is flipped`, async (test) => {
        const room = new LeftRoom(test, [testLane('lines')])
        const run = makeRun(room)
        overwrite(run.ring, (content) => {
          content.writeInt32LE(content.readInt32LE(at) ^ (1 << bit), at)
          return content
        })

        const present = room.start()
        await present.settle()
        await present.stop()

        assert.equal(arrived(room, run), COUNT)
        assert.deepEqual(
          damages(room).filter(({ lost }) => lost > 0),
          [],
        )
      })
    }
  }

  it('whose text was turned into something that is no JSON does not give that event', async (test) => {
    const { count, told } = await recover(test, ({ ring }) =>
      overwrite(ring, (content) => {
        const at = content.indexOf('"message 300"')
        content[at] = 0
        return content
      }),
    )

    assert.deepEqual([count, told.lost], [COUNT - 1, 1])
  })

  it('that has no length at all is told, and is put aside', async (test) => {
    const { room, count, told } = await recover(test, ({ ring }) => truncateSync(ring, 0))

    assert.deepEqual([count, told.bytes], [0, 0])
    assert.equal(room.remains.length, 1)
  })

  it('is put aside as it was, for people to look at', async (test) => {
    let before = Buffer.alloc(0)

    const { told } = await recover(test, ({ ring }) => {
      overwrite(ring, (content) => {
        content.fill(0, HEADER + 5000, HEADER + 5512)
        return content
      })
      before = readFileSync(ring)
    })

    assert.deepEqual(readFileSync(told.kept).subarray(HEADER), before.subarray(HEADER))
  })

  it('is told once, and its events come once, when a lane is down for a while', async (test) => {
    const room = new LeftRoom(test, [testLane('async')])
    const [lane] = room.lanes
    const run = makeRun(room)
    overwrite(run.ring, (content) => {
      content.fill(0, HEADER + 5000, HEADER + 5512)
      return content
    })
    if (lane !== undefined) lane.destination.behaviour = 'fail'
    const first = room.start()
    await first.settle()
    await first.stop()
    if (lane !== undefined) lane.destination.behaviour = 'ok'

    await room.start().settle()

    const [told] = damages(room)
    assert.equal(damages(room).length, 1)
    assert.equal(arrived(room, run), told?.recovered)
    assert.equal(told?.lost, COUNT - (told?.recovered ?? 0))
  })
})

describe('what stands in the place of a ring', () => {
  const cases: readonly [string, (path: string) => void][] = [
    ['a directory', (path) => mkdirSync(path)],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a link to a file', (path) => symlinkSync('/etc/hostname', path)],
    ['a link to nothing', (path) => symlinkSync('/nowhere', path)],
  ]
  for (const [what, make] of cases)
    it(`is put aside and told when it is ${what}; everything else is recovered`, async (test) => {
      const { room, told } = await recover(test, ({ ring }) => {
        rmSync(ring)
        make(ring)
      })

      assert.equal(told.recovered, 0)
      assert.equal(room.remains.length, 1)
    })

  it('is put aside when it is a socket', async (test) => {
    const server = createServer()
    const room = new LeftRoom(test, [testLane('lines')])
    const run = makeRun(room)
    rmSync(run.ring)
    await new Promise<void>((resolve) => server.listen(run.ring, resolve))

    await room.start().settle()
    server.close()

    assert.deepEqual(room.runs, [])
    assert.equal(damages(room).length, 1)
  })

  it('is put aside when it may not be read', { skip: process.geteuid?.() === 0 && 'root may read anything' }, async (test) => {
    const { room } = await recover(test, ({ ring }) => chmodSync(ring, 0))

    assert.equal(room.remains.length, 1)
  })

  it('does not matter beyond its end: a file of more than 2 GiB gives what is in it', async (test) => {
    const room = new LeftRoom(test, [testLane('lines')])
    const run = makeRun(room)
    truncateSync(run.ring, 3 * 2 ** 30)

    await room.start().settle()

    assert.equal(arrived(room, run), COUNT)
    assert.deepEqual(room.runs, [])
  })

  it('is kept within a bound, the oldest goes first, which is told', async (test) => {
    const room = new LeftRoom(test, [testLane('lines')])
    for (let i = 0; i < 20; i++) {
      const run = makeRun(room)
      mkdirSync(join(run.path, 'rings', `directory${i}.ring`))
    }

    await room.start().settle()

    assert.equal(room.remains.length, 16)
    assert.equal(room.told.filter(([name]) => name === 'remains_removed').length, 4)
  })

  for (const name of ['tree.json', 'spill', 'lanes', 'told', 'rings', 'free'])
    it(`costs nothing when it is a pipe in the place of ${name}`, async (test) => {
      const room = new LeftRoom(test, [testLane('lines', { resumes: true })])
      const run = makeRun(room)
      const whole = makeRun(room)
      rmSync(join(run.path, name), { recursive: true })
      execFileSync('mkfifo', [join(run.path, name)])

      await room.start().settle()

      assert.equal(arrived(room, whole), COUNT)
      assert.equal(arrived(room, run), name === 'rings' ? 0 : COUNT)
    })
})

describe('the flight recorder of a run with one odd ring', () => {
  it('shows all others', async (test) => {
    const room = new LeftRoom(test, [testLane('lines')])
    const run = makeRun(room)
    const rings = join(run.path, 'rings')
    execFileSync('mkfifo', [join(rings, 'pipe.ring')])
    mkdirSync(join(rings, 'directory.ring'))
    symlinkSync('/etc/hostname', join(rings, 'link.ring'))
    writeFileSync(join(rings, 'odd.ring'), 'odd')
    writeFileSync(join(rings, 'empty.ring'), '')
    writeFileSync(join(rings, 'long.ring'), '')
    truncateSync(join(rings, 'long.ring'), 3 * 2 ** 30)

    const found = readRings(run.path)

    const counts = found.map(({ records }) => [...records].length)
    assert.equal(counts.length, 7)
    assert.deepEqual(
      [...counts].sort((a, b) => b - a),
      [COUNT, 0, 0, 0, 0, 0, 0],
    )
  })
})

describe('any damage to a ring', () => {
  const inSegments = fc.nat(SEGMENTS * SEGMENT_BYTES - 1)
  const mutation = fc.oneof(
    fc.record({
      kind: fc.constant('zero' as const),
      at: fc.nat(HEADER + SEGMENTS * SEGMENT_BYTES),
      length: fc.constantFrom(512, 4096),
    }),
    fc.record({ kind: fc.constant('move' as const), at: inSegments, length: fc.constantFrom(512, 4096) }),
    fc.record({
      kind: fc.constant('noise' as const),
      at: fc.nat(HEADER + SEGMENTS * SEGMENT_BYTES),
      length: fc.integer({ min: 64, max: 300 }),
    }),
    fc.record({ kind: fc.constant('header' as const), at: fc.nat(HEADER - 1), length: fc.nat(255) }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat(HEADER + SEGMENTS * SEGMENT_BYTES), length: fc.nat(3) }),
    fc.record({ kind: fc.constant('extend' as const), at: fc.nat(100_000), length: fc.nat(255) }),
  )

  function apply(content: Buffer, { kind, at, length }: { kind: string; at: number; length: number }): Buffer {
    if (content.length === 0 && kind !== 'extend') return content
    const start = Math.min(at, Math.max(0, content.length - 1))
    if (kind === 'cut') return content.subarray(0, at)
    if (kind === 'extend') return Buffer.concat([content, Buffer.alloc(at, length)])
    if (kind === 'header') content[start] = length
    else if (kind === 'zero')
      content.fill(0, start - (start % length), Math.min(content.length, start - (start % length) + length))
    else if (kind === 'noise')
      for (let i = start; i < start + length && i < content.length; i++) content[i] = (i * 7919 + at) & 0xff
    else {
      // a sector with what belongs elsewhere
      const from = Math.min(HEADER + at - (at % length), content.length)
      content.copy(content, HEADER, from, from + length)
    }
    return content
  }

  it('gives only lines that were logged, stops nothing, and leaves nothing behind', async (test) => {
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 8 }), async (mutations) => {
        const room = new LeftRoom(test, [testLane('lines')])
        const run = makeRun(room)
        const whole = makeRun(room)
        overwrite(run.ring, (content) => mutations.reduce(apply, content))

        const present = room.start()
        await present.settle()
        await present.stop()

        assert.equal(arrived(room, whole), COUNT)
        arrived(room, run)
        assert.deepEqual(room.runs, [])
        rmSync(room.folder, { recursive: true })
      }),
      { numRuns: Number(process.env['HOLDFAST_FUZZ_RUNS'] ?? 60) },
    )
  })
})
