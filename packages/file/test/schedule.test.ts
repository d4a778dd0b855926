import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { nextBoundary } from '../dist/schedule.js'

const MODULE = new URL('../dist/schedule.js', import.meta.url).href

/** The boundaries that follow a moment in a time zone, in UTC. */
function boundaries(timeZone: string, from: string, every: 'day' | 'hour', count: number): readonly string[] {
  const script = `
    import { nextBoundary } from ${JSON.stringify(MODULE)}
    let at = Date.parse(${JSON.stringify(from)})
    for (let n = 0; n < ${count}; n++) { at = nextBoundary(at, '${every}'); console.log(new Date(at).toISOString().slice(0, 16)) }`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, TZ: timeZone },
    encoding: 'utf8',
  })
  assert.equal(stderr, '')
  return stdout.trim().split('\n')
}

describe('the next local boundary', () => {
  it('is the next midnight, also on it and one millisecond before it', () => {
    const midnight = new Date(2026, 10, 21).getTime()
    const next = new Date(2026, 10, 22).getTime()

    assert.deepEqual(
      [midnight - 1, midnight - 0.001, midnight, midnight + 1].map((at) => nextBoundary(at, 'day')),
      [midnight, midnight, next, next],
    )
  })

  it('follows a day of 23 hours when summer time begins', () => {
    assert.deepEqual(boundaries('Europe/Berlin', '2026-03-28T12:00Z', 'day', 3), [
      '2026-03-28T23:00',
      '2026-03-29T22:00',
      '2026-03-30T22:00',
    ])
  })

  it('follows a day of 25 hours when summer time ends', () => {
    assert.deepEqual(boundaries('Europe/Berlin', '2026-10-24T12:00Z', 'day', 3), [
      '2026-10-24T22:00',
      '2026-10-25T23:00',
      '2026-10-26T23:00',
    ])
  })

  it('begins a day at one o’clock where the clocks change at midnight', () => {
    assert.deepEqual(boundaries('Africa/Cairo', '2026-04-23T12:00Z', 'day', 2), ['2026-04-23T22:00', '2026-04-24T21:00'])
  })

  it('leaves no hour out and has none twice when the clocks change', () => {
    assert.deepEqual(boundaries('Europe/Berlin', '2026-03-29T00:30Z', 'hour', 3), [
      '2026-03-29T01:00',
      '2026-03-29T02:00',
      '2026-03-29T03:00',
    ])
    assert.deepEqual(boundaries('Europe/Berlin', '2026-10-25T00:30Z', 'hour', 3), [
      '2026-10-25T01:00',
      '2026-10-25T02:00',
      '2026-10-25T03:00',
    ])
  })

  it('follows the local hour where it is not a whole one from UTC', () => {
    assert.deepEqual(boundaries('Asia/Kathmandu', '2026-11-20T12:00Z', 'hour', 2), ['2026-11-20T12:15', '2026-11-20T13:15'])
  })

  it('is always ahead, and never further than a day and an hour', () => {
    for (const timeZone of ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Pacific/Apia', 'UTC']) {
      const script = `
        import { nextBoundary } from ${JSON.stringify(MODULE)}
        let at = Date.parse('2026-01-01T00:00Z')
        for (let n = 0; n < 9000; n++, at += 3_541_000) for (const [every, most] of [['day', 25], ['hour', 1]]) {
          const ahead = nextBoundary(at, every) - at
          if (!(ahead > 0 && ahead <= most * 3_600_000)) throw new Error(every + ' ' + new Date(at).toISOString() + ' ' + ahead)
        }`
      const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        env: { ...process.env, TZ: timeZone },
        encoding: 'utf8',
      })
      assert.equal(stderr, '')
    }
  })
})
