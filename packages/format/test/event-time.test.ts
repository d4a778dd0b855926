import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createFormatter } from '@holdfast/format'
import { makeEvent } from './events.js'

function local(timestamp: string, timeZone: string): string {
  return createFormatter({ template: '{timestamp_loc}', color: false, timeZone })(makeEvent({ timestamp }))
}

describe('local time', () => {
  const rows: readonly (readonly [timestamp: string, timeZone: string, shown: string])[] = [
    ['2026-11-20T23:34:56.789012Z', 'Europe/Vienna', '2026-11-21T00:34:56.789012+01:00'],
    ['2026-03-29T00:59:59.999999Z', 'Europe/Vienna', '2026-03-29T01:59:59.999999+01:00'],
    ['2026-03-29T01:00:00.000000Z', 'Europe/Vienna', '2026-03-29T03:00:00.000000+02:00'],
    ['2026-10-25T00:59:59.999999Z', 'Europe/Vienna', '2026-10-25T02:59:59.999999+02:00'],
    ['2026-10-25T01:00:00.000000Z', 'Europe/Vienna', '2026-10-25T02:00:00.000000+01:00'],
    ['2026-01-01T00:00:00.000001Z', 'America/St_Johns', '2025-12-31T20:30:00.000001-03:30'],
    ['2026-01-01T00:00:00.5Z', 'Asia/Kathmandu', '2026-01-01T05:45:00.500000+05:45'],
    ['2026-01-01T00:00:00Z', 'UTC', '2026-01-01T00:00:00.000000+00:00'],
  ]
  for (const [timestamp, timeZone, shown] of rows) {
    test(`${timestamp} in ${timeZone} is ${shown}`, () => {
      assert.equal(local(timestamp, timeZone), shown)
    })
  }

  test('changes with the season in one formatter', () => {
    const format = createFormatter({ template: '{time_loc}', color: false, timeZone: 'Europe/Vienna' })

    assert.equal(format(makeEvent({ timestamp: '2026-03-29T00:59:59.000000Z' })), '01:59:59.000')
    assert.equal(format(makeEvent({ timestamp: '2026-03-29T01:00:00.000000Z' })), '03:00:00.000')
    assert.equal(format(makeEvent({ timestamp: '2026-03-29T00:59:59.000000Z' })), '01:59:59.000')
  })

  test('is the zone of the process when none is given', () => {
    const timestamp = '2026-07-01T12:00:00.000000Z'
    const hour = String(new Date(timestamp).getHours()).padStart(2, '0')

    assert.equal(createFormatter({ template: '{hh_loc}', color: false })(makeEvent({ timestamp })), hour)
  })
})

test('a timestamp that is none gives question marks', () => {
  for (const timestamp of ['', 'yesterday', '2026-99-99T99:99:99.000000Z', '2026-11-20 12:34:56']) {
    const text = createFormatter({ template: '{time_loc} {YYYY_loc}', color: false })(makeEvent({ timestamp }))

    assert.equal(text, '??:??:??.??? ????')
  }
})

test('an unknown time zone is refused', () => {
  assert.throws(
    () => createFormatter({ color: false, timeZone: 'Europe/Wien' }),
    /^TemplateError: Expected `timeZone` to be a time zone of the IANA list, as `Europe\/Vienna`, got `Europe\/Wien`\.$/,
  )
})
