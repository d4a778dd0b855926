import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { LogRecord } from '@holdfast/api'
import { AdapterError } from '@holdfast/core'
import fc from 'fast-check'
import { record, seqsIn } from './records.js'
import { Room } from './room.js'

const PATH = '/logs/app.log'

/** Offers records as a lane does, and believes what the adapter says it accepted. */
class SmallLane {
  readonly delivered: number[] = []
  #pending: LogRecord[] = []
  #nextSeq = 1

  add(count: number, time: number, pad: string): void {
    for (let made = 0; made < count; made++) this.#pending.push(record(this.#nextSeq++, { time, pad }))
  }

  /** A notice, as of drops, goes in front of what is held. */
  addInFront(time: number): void {
    this.#pending.unshift(record(this.#nextSeq++, { time }))
  }

  dropFirst(): void {
    this.#pending.shift()
  }

  /** What is held only in memory is gone when the process is. */
  crash(): void {
    this.#pending = []
  }

  get isEmpty(): boolean {
    return this.#pending.length === 0
  }

  offer(room: Room): void {
    let accepted = this.#pending.length
    try {
      room.adapter.writeSync([...this.#pending])
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error
      accepted = error.accepted
    }
    for (const { json } of this.#pending.splice(0, accepted)) this.delivered.push((JSON.parse(json) as { seq: number }).seq)
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      count: fc.integer({ min: 1, max: 12 }),
      pad: fc.constantFrom('', 'xxxxxxxxxx', '€😀', 'y'.repeat(120)),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('retry' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('fail' as const),
      operation: fc.constantFrom(
        'write',
        'open',
        'rename',
        'statusOf',
        'status',
        'linkStatus',
        'makeDirectory',
        'truncate',
        'read',
        'remove',
        'symlink',
        'sync',
      ),
      skip: fc.integer({ min: 0, max: 3 }),
      times: fc.integer({ min: 1, max: 3 }),
      bytes: fc.integer({ min: 0, max: 60 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 500, 1000, 3_600_000, 86_400_000) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom(
        'drop' as const,
        'notice' as const,
        'reopen' as const,
        'move' as const,
        'restart' as const,
        'crash' as const,
        'shortWrites' as const,
      ),
    }),
  },
)

const targets = {
  path: { path: PATH, rotate: { maxBytes: 150, every: 'day' } },
  directory: { dir: '/logs', prefix: 'app', rotate: { maxBytes: 150, every: 'day' } },
  'path that is synced': { path: PATH, rotate: { maxBytes: 300, every: 'hour' }, fsync: 'always' },
} as const

describe('any order of writes, rotations, moves, reopens, failures and retries', () => {
  for (const [name, options] of Object.entries(targets)) {
    it(`leaves exactly the accepted records in the files of a ${name}, in order, once each, in whole lines`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          const room = new Room(options)
          const lane = new SmallLane()
          let moves = 0
          let crashes = 0

          for (const one of steps) {
            switch (one.do) {
              case 'write':
                lane.add(one.count, room.clock.now(), one.pad)
                lane.offer(room)
                break
              case 'retry':
                lane.offer(room)
                break
              case 'fail':
                room.transport.fail(one.operation as 'write', 'EIO', one)
                break
              case 'advance':
                room.advance(one.ms)
                break
              case 'drop':
                lane.dropFirst()
                break
              case 'notice':
                lane.addInFront(room.clock.now())
                break
              case 'reopen':
                reopen(room)
                break
              case 'move': {
                const path = room.adapter.health().details?.['path']
                const node = typeof path === 'string' ? room.transport.nodes.get(path) : undefined
                if (typeof path !== 'string' || node?.kind !== 'file') break
                room.transport.nodes.delete(path)
                room.transport.nodes.set(`/logs/moved-${moves++}`, node)
                break
              }
              case 'restart':
                room.transport.heal()
                await room.adapter.close()
                room.start()
                break
              case 'crash':
                crashes++
                lane.crash()
                room.start()
                break
              case 'shortWrites':
                room.transport.maxWrite = room.transport.maxWrite === 7 ? Number.POSITIVE_INFINITY : 7
            }
          }
          room.transport.heal()
          for (let attempt = 0; !lane.isEmpty && attempt < 3; attempt++) lane.offer(room)
          await room.adapter.close()

          assert.ok(lane.isEmpty, 'the adapter never recovers')
          const { seqs, torn } = readInOrder(room)
          const delivered = new Set(lane.delivered)
          const others = seqs.filter((seq) => !delivered.has(seq))
          assert.deepEqual(
            seqs.filter((seq) => delivered.has(seq)),
            lane.delivered,
          )
          // a crash between a failed attempt and the next one may leave one line torn, or whole but for its end
          assert.ok(torn + others.length <= crashes, `${torn} torn, ${others} in excess`)
          if (crashes === 0) assert.equal(room.transport.openFiles, 0)
        }),
        { numRuns: Number(process.env['HOLDFAST_FUZZ_RUNS'] ?? 400) },
      )
    })
  }
})

function reopen(room: Room): void {
  try {
    room.adapter.reopen()
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error
  }
}

/** What all files hold, in the order in which the files were made, and how many lines are not whole. */
function readInOrder(room: Room): { readonly seqs: readonly number[]; readonly torn: number } {
  const lines = [...room.transport.nodes.values()]
    .filter(({ kind }) => kind === 'file')
    .sort((a, b) => a.id - b.id)
    .flatMap(({ bytes }) => bytes.toString().split('\n'))
    .filter((line) => line !== '')
  const whole = lines.filter((line) => line.endsWith('}'))
  return { seqs: whole.flatMap((line) => seqsIn(`${line}\n`)), torn: lines.length - whole.length }
}
