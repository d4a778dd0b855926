import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { FileOptions } from '@holdfast/file'
import type { Room } from './room.js'
import { A, DIRECTORY, events, linesOf, PATH, restart, roomWith, STATE, TEXT } from './takeover-room.js'
import { eventOf, originOf, textOf } from './writer.js'

/** A writer that was killed within the line of event 3, `bytes` bytes behind its beginning. */
function tornRoom(options: FileOptions = { path: PATH }, bytes = 90): { readonly room: Room; readonly path: string } {
  const room = roomWith(options)
  room.adapter.writeSync(events(1, 2))
  room.adapter.writeSync(events(3, 3))
  const path = room.transport.paths().find((one) => one.startsWith('/logs/')) ?? assert.fail()
  const node = room.transport.nodes.get(path) ?? assert.fail()
  const line = options.format === undefined ? `${eventOf(0, 3).json}\n` : textOf(eventOf(0, 3).event)
  node.bytes = node.bytes.subarray(0, node.bytes.length - Buffer.byteLength(line) + bytes)
  return { room, path }
}

/** Writes another text into a file that keeps its number, as the next file in a folder does that gets the number of one that is gone. */
function become(room: Room, path: string, text: string, to = path): void {
  const node = room.transport.nodes.get(path) ?? assert.fail()
  room.transport.nodes.delete(path)
  node.bytes = Buffer.from(text)
  room.transport.nodes.set(to, node)
}

const KINDS: Readonly<Record<string, FileOptions>> = { 'a path': { path: PATH }, 'a directory': DIRECTORY, text: TEXT }
const ROWS = 'a row of another program, and more text than there was of ours: '.repeat(40)

describe('a line that a kill has torn', () => {
  for (const [name, options] of Object.entries(KINDS)) {
    it(`is completed in place when its event is the next of its origin, whatever comes first: ${name}`, () => {
      const { room, path } = tornRoom(options, options.format === undefined ? 90 : 30)
      restart(room)
      const before = room.transport.text(path) ?? ''

      const known = room.adapter.mend?.([eventOf(1, 1), eventOf(0, 3)])
      room.adapter.writeSync([eventOf(1, 1), eventOf(0, 4)])

      const whole = [eventOf(0, 1), eventOf(0, 2), eventOf(0, 3), eventOf(1, 1), eventOf(0, 4)]
      const text = whole.map(({ json, event }) => (options.format === undefined ? `${json}\n` : textOf(event))).join('')
      assert.equal(known?.get(A), 3)
      assert.equal(room.transport.text(path), text)
      assert.ok(text.startsWith(before))
      assert.equal(room.transport.calls.includes('truncate'), false)
    })

    it(`that is no beginning of a next event gets an end and stays: ${name}`, () => {
      const { room, path } = tornRoom(options, 30)
      restart(room)
      const before = room.transport.text(path) ?? ''

      const known = room.adapter.mend?.([eventOf(1, 1)].map((record) => ({ ...record, json: ` ${record.json}` })))

      assert.equal(known?.get(A), 2)
      assert.equal(room.transport.text(path), `${before}\n`)
      assert.equal(room.transport.calls.includes('truncate'), false)
    })
  }

  it('without a host that asks is completed by the first batch that holds its event, and the event does not come twice', () => {
    const { room } = tornRoom()
    restart(room)

    room.adapter.writeSync([eventOf(1, 1), eventOf(0, 3), eventOf(0, 4)])

    const text = `${linesOf(1, 3)}${eventOf(1, 1).json}\n${linesOf(4, 4)}`
    assert.equal(room.transport.text(PATH), text)
  })

  it('is completed later when the disk is full, and its event does not come twice though others come before it', () => {
    const { room } = tornRoom()
    restart(room)
    room.transport.freeBytes = 5
    assert.equal(room.adapter.mend?.(events(3, 3)).get(A), 2)
    room.transport.heal()

    room.adapter.writeSync([eventOf(1, 1)])
    room.adapter.writeSync([eventOf(1, 2)])
    room.adapter.writeSync(events(3, 4))

    const others = `${eventOf(1, 1).json}\n${eventOf(1, 2).json}\n`
    assert.equal(room.transport.text(PATH), `${linesOf(1, 3)}${others}${linesOf(4, 4)}`)
  })

  it('that lacks its line feed alone is completed', () => {
    const { room } = tornRoom({ path: PATH }, Buffer.byteLength(eventOf(0, 3).json))
    restart(room)

    assert.equal(room.adapter.mend?.(events(3, 3)).get(A), 3)
    assert.equal(room.transport.text(PATH), linesOf(1, 3))
  })

  it('waits in the file for a writer that knows its event, when one ends without having written', async () => {
    const { room } = tornRoom()
    restart(room)
    await room.adapter.close()

    restart(room)
    room.adapter.mend?.(events(3, 3))

    assert.equal(room.transport.text(PATH), linesOf(1, 3))
  })
})

describe('a file that is not the one of the killed writer', () => {
  for (const [name, options] of Object.entries(KINDS)) {
    it(`but has its number, under any name of its folder, is not changed by a byte: ${name}`, () => {
      const { room, path } = tornRoom(options)
      const other = path.replace(/[^/]*$/, 'data.db')
      become(room, path, ROWS, other)

      const known = restart(room)
      room.adapter.mend?.(events(1, 3))
      room.adapter.writeSync(events(1, 4))

      assert.equal(room.transport.text(other), ROWS)
      assert.equal(known.size > 0 && options.format === undefined, false)
    })

    it(`but an archive with its number is not changed by a byte: ${name}`, () => {
      const { room, path } = tornRoom(options)
      const archive = `${path}.gz`
      become(room, path, ROWS, archive)

      restart(room)
      room.adapter.mend?.(events(1, 3))
      room.adapter.writeSync(events(1, 4))

      assert.equal(room.transport.text(archive), ROWS)
    })
  }

  it('but stands at its path with its number keeps its last line without an end, and lines come behind it', () => {
    const { room } = tornRoom()
    become(room, PATH, 'the last line of a file that the operator has put here')

    restart(room)
    room.adapter.mend?.(events(1, 1))
    room.adapter.writeSync(events(1, 2))

    assert.equal(room.transport.text(PATH), `the last line of a file that the operator has put here\n${linesOf(1, 2)}`)
  })

  it('holds no event for sure that the list does not name, though a line in it says so', () => {
    const { room } = tornRoom({ path: PATH })
    room.start().writeSync(events(3, 4))
    restart(room)
    const node = room.transport.nodes.get(PATH) ?? assert.fail()
    room.transport.nodes.delete(PATH)
    room.transport.nodes.set('/logs/buffer.db', node)
    node.bytes = Buffer.from(`${ROWS.repeat(4)}\n${eventOf(0, 9).json}\n`)

    assert.equal(restart(room).get(A), 4)
  })

  it('was born later, which refutes it where the text cannot', () => {
    const room = roomWith({ path: PATH })
    room.adapter.writeSync(events(1, 2))
    const node = room.transport.nodes.get(PATH) ?? assert.fail()
    become(room, PATH, linesOf(9, 9), '/logs/other.log')
    node.birthMs += 5000
    node.mtimeMs += 9000

    assert.equal(restart(room).get(A), undefined)
  })
})

describe('the file of the killed writer', () => {
  it('is known by its text when the number of its device has changed', () => {
    const { room } = tornRoom()
    restart(room)
    room.adapter.mend?.(events(3, 3))
    restart(room)
    const state = room.transport.text(STATE) ?? ''
    room.transport.put(STATE, state.replace(/"identity":"(\d+)"/, '"identity":"77:$1"'))

    assert.equal(restart(room).get(A), 3)
  })

  it('is read under the name that somebody gave it', () => {
    const room = roomWith({ path: PATH })
    room.adapter.writeSync([...events(1, 2), eventOf(1, 5)])
    room.transport.rename(PATH, '/logs/moved.log')

    assert.equal(restart(room).get(originOf(1)), 5)
  })
})
