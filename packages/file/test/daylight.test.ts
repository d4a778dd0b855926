import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'

/** Writes a line every half hour from a moment on, in a time zone, and returns the files with the numbers of lines in them. */
function filesOf(timeZone: string, from: string, hours: number, options: object): Readonly<Record<string, number>> {
  const script = `
    import { Room } from ${JSON.stringify(new URL('./room.js', import.meta.url).href)}
    import { record } from ${JSON.stringify(new URL('./records.js', import.meta.url).href)}
    const room = new Room(${JSON.stringify(options)})
    room.clock.setNow(Date.parse(${JSON.stringify(from)}))
    room.transport.now = room.clock.now()
    for (let half = 0; half < ${hours} * 2; half++) {
      room.adapter.writeSync([record(half, { time: room.clock.now() })])
      room.advance(1_800_000)
    }
    const files = room.transport.paths().filter((path) => room.transport.nodes.get(path).kind === 'file')
    console.log(JSON.stringify(Object.fromEntries(files.map((path) => [path, room.transport.text(path).split('\\n').length - 1]))))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, TZ: timeZone },
    encoding: 'utf8',
  })
  assert.equal(stderr, '')
  return JSON.parse(stdout) as Readonly<Record<string, number>>
}

describe('when the clocks change', () => {
  const daily = { path: '/logs/app.log', rotate: { every: 'day' } }

  it('a day of summer time’s end is one file of 25 hours', () => {
    assert.deepEqual(filesOf('Europe/Berlin', '2026-10-24T20:00Z', 30, daily), {
      '/logs/app.2026-10-24T23-30-00.log': 4,
      '/logs/app.2026-10-25T23-30-00.log': 50,
      '/logs/app.log': 6,
    })
  })

  it('a day of summer time’s beginning is one file of 23 hours', () => {
    assert.deepEqual(filesOf('Europe/Berlin', '2026-03-28T21:00Z', 28, daily), {
      '/logs/app.2026-03-28T23-30-00.log': 4,
      '/logs/app.2026-03-29T23-30-00.log': 46,
      '/logs/app.log': 6,
    })
  })

  it('the hour that comes twice gives two files with two names', () => {
    assert.deepEqual(filesOf('Europe/Berlin', '2026-10-24T23:00Z', 4, { path: '/logs/app.log', rotate: { every: 'hour' } }), {
      '/logs/app.2026-10-25T01-30-00.log': 2,
      '/logs/app.2026-10-25T02-30-00.log': 2,
      '/logs/app.2026-10-25T02-30-00-2.log': 2,
      '/logs/app.log': 2,
    })
    assert.deepEqual(
      filesOf('Europe/Berlin', '2026-10-24T23:00Z', 4, { dir: '/logs', prefix: 'app', latest: false, rotate: { every: 'hour' } }),
      {
        '/logs/2026-10-25/app_01-00-00.log': 2,
        '/logs/2026-10-25/app_02-00-00.log': 2,
        '/logs/2026-10-25/app_02-00-00-2.log': 2,
        '/logs/2026-10-25/app_03-00-00.log': 2,
      },
    )
  })

  it('the newest files are kept although their names repeat an hour', () => {
    const files = filesOf('Europe/Berlin', '2026-10-24T23:00Z', 5, {
      path: '/logs/app.log',
      rotate: { every: 'hour' },
      retain: { maxFiles: 100 },
    })

    assert.equal(Object.keys(files).length, 5)
  })
})
