import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '@holdfast/core'
import { type DumpOptions, dumpRecords, dumpRecordsSync, formatDump } from '@holdfast/dump'

const MISTAKES: readonly (readonly [options: unknown, message: string])[] = [
  [
    { format: 'htm_table' },
    'Expected `dump.format` to be `text`, `json`, `html_table` or `html_txt`, got `htm_table`. Did you mean `html_table`?',
  ],
  [{ fromat: 'json' }, 'Expected `dump.fromat` to be an option of `dump`, got an unknown name. Did you mean `dump.format`?'],
  [{ path: '' }, 'Expected `dump.path` to be a path, got an empty text.'],
  [{ mode: 0o1000 }, 'Expected `dump.mode` to be permission bits from 0 to 0o777, got `512`.'],
  [
    { since: 'yesterday' },
    'Expected `dump.since` to be a date, milliseconds since 1970 or a text as `2026-11-20T12:30:00Z`, got `yesterday`.',
  ],
  [{ limit: 0 }, 'Expected `dump.limit` to be a positive integer, got `0`.'],
  [{ level: 'warnin' }, 'Expected `dump.level` to be a level name, got `warnin`. Did you mean `warning`?'],
  [
    { template: '{mesage}' },
    'Expected `dump.template` to be a template with known placeholders, got `{mesage}`. Did you mean `message`?',
  ],
  [{ styles: { inof: 'red' } }, 'Expected `dump.styles` to be'],
  [{ timeZone: 'Vienna' }, 'Expected `dump.timeZone` to be a time zone of the IANA list'],
  [
    { filters: { context: { jobid: 1 } } },
    'Expected `dump.filters.context.jobid` to be a field of the context, got an unknown name. Did you mean `jobId`?',
  ],
  [
    { filters: { context: { tenant: 'x' } } },
    'Expected `dump.filters.context.tenant` to be a field of the context, got an unknown name. Fields of your own are in `filters.contextExtra`.',
  ],
  [
    { filters: { extra: { a: {} } } },
    'Expected `dump.filters.extra.a` to be an object with one of `exact`, `contains`, `icontains`, `regex`, got none of them.',
  ],
  [{ filters: { extra: { a: { exact: 1, contains: 'x' } } } }, 'got `exact` and `contains`.'],
  [{ filters: { extra: { a: { contain: 'x' } } } }, 'Did you mean `contains`?'],
  [{ filters: { extra: { a: { contains: 3 } } } }, 'Expected `dump.filters.extra.a.contains` to be a text, got a number.'],
  [{ filters: { extra: { a: { regex: '(' } } } }, 'Expected `dump.filters.extra.a.regex` to be a pattern that compiles'],
  [
    { filters: { extra: { a: { regex: /x/, flags: 'i' } } } },
    'Expected `dump.filters.extra.a.flags` to be absent unless `regex` is a text',
  ],
  [{ filters: { extra: { a: [] } } }, 'Expected `dump.filters.extra.a` to be a list with something in it'],
  [{ filters: { extra: { a: ['x', () => 1] } } }, 'Expected `dump.filters.extra.a[1]` to be'],
  [{ filters: { extra: { a: [['x']] } } }, 'Expected `dump.filters.extra.a[0]` to be no list within a list'],
  [{ filters: { extras: {} } }, 'Did you mean `dump.filters.extra`?'],
  [{ logger: { regex: '(' } }, 'Expected `dump.logger.regex` to be a pattern that compiles'],
  [{ patternTimeoutMs: -1 }, 'Expected `dump.patternTimeoutMs` to be a positive whole number of milliseconds'],
]

for (const [options, message] of MISTAKES) {
  test(`refuses ${JSON.stringify(options)}`, () => {
    assert.throws(
      () => dumpRecordsSync([], options as DumpOptions),
      (error) => error instanceof ConfigError && assert.ok(error.message.includes(message), error.message) === undefined,
    )
  })
}

test('one error lists everything that is wrong', () => {
  assert.throws(
    () => formatDump([], { limit: -1, title: 4 } as unknown as DumpOptions),
    (error) => {
      assert.ok(error instanceof ConfigError)
      assert.deepEqual(
        error.problems.map(({ path }) => path),
        ['dump.limit', 'dump.title'],
      )
      return true
    },
  )
})

test('the promise of a dump with wrong options is rejected, never thrown', async () => {
  const dump = dumpRecords([], { format: 'x' } as unknown as DumpOptions)

  await assert.rejects(dump, ConfigError)
})
