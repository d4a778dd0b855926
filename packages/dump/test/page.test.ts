import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { LogEvent } from '@holdfast/api'
import { type DumpFormat, dumpRecordsSync } from '@holdfast/dump'
import { hostileRecords, makeRecord } from '@holdfast/testkit'

const PAGES: readonly DumpFormat[] = ['html_table', 'html_txt']
const EVIL =
  '</script><script>alert(1)</script><!--<script>--><img src=x onerror=alert(2)></pre></noscript><style>*{display:none}</style>]]>&lt;\u2028'
const RECORDS = [
  ...hostileRecords(),
  makeRecord({
    message: EVIL,
    logger: EVIL,
    context: { service: EVIL, extra: { [EVIL]: EVIL } },
    extra: { [EVIL]: EVIL, __proto__: 1 },
    error: { type: EVIL, message: EVIL, stack: EVIL },
  }),
]

test('the script and the styles are what their sources say', () => {
  const script = fileURLToPath(new URL('../build-page.mjs', import.meta.url))

  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' })

  assert.equal(status, 0, stderr)
})

for (const format of PAGES) {
  test(`${format}: the policy allows exactly the styles and the script of the page`, () => {
    const { text } = dumpRecordsSync(RECORDS, { format })

    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1] ?? ''
    assert.match(policy, /^default-src 'none'; /)
    assert.doesNotMatch(policy, /unsafe|\*|https?:/)
    for (const [, styles = ''] of text.matchAll(/<style>([^<]*)<\/style>/g)) assert.ok(policy.includes(hashOf(styles)))
    const scripts = [...text.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script = '']) => script)
    assert.equal(scripts.length, format === 'html_table' ? 1 : 0)
    for (const script of scripts) assert.ok(policy.includes(hashOf(script)))
  })

  test(`${format}: nothing in an event is markup`, () => {
    const clean = dumpRecordsSync([makeRecord()], { format, title: 'x' }).text
    const hostile = dumpRecordsSync(RECORDS, { format, title: EVIL }).text

    assert.deepEqual(
      new Set(tagsOf(hostile)),
      new Set([...tagsOf(clean), ...(format === 'html_txt' ? ['<span class="hf-error">'] : [])]),
    )
  })

  test(`${format}: needs nothing from elsewhere`, () => {
    const { text } = dumpRecordsSync([makeRecord()], { format })

    assert.doesNotMatch(text, /\b(?:src|href)=(?!"data:,")/)
    assert.doesNotMatch(text.replaceAll('http://www.w3.org/2000/svg', ''), /\bhttps?:\/\//)
  })
}

test('the data of a page are the events, whatever they say', () => {
  const { text } = dumpRecordsSync(RECORDS, { format: 'html_table' })

  const [, json = ''] = /class="events">([^<]*)<\/script>/.exec(text) ?? []
  assert.deepEqual(
    JSON.parse(json) as LogEvent[],
    RECORDS.map(({ event }) => event),
  )
})

test('a page says what was asked for', () => {
  const { text } = dumpRecordsSync([makeRecord({ level: 'error' })], {
    format: 'html_table',
    title: 'Night <shift>',
    takenAt: '2026-11-20T12:34:56Z',
    level: 'warning',
    since: 0,
    logger: 'testkit',
    message: 'record',
    filters: { context: { service: ['testkit', /x/] }, extra: { a: null, b: { exact: undefined }, c: { icontains: '<' } } },
    limit: 3,
  })

  const about = JSON.parse(/id="about">([^<]*)</.exec(text)?.[1] ?? '') as Record<string, unknown>
  assert.ok(text.includes('<title>Night &lt;shift&gt;</title>'))
  assert.deepEqual(about, {
    title: 'Night <shift>',
    takenAt: Date.UTC(2026, 10, 20, 12, 34, 56),
    leftOut: 1,
    selection: [
      'level ≥ warning',
      'since 1970-01-01T00:00:00.000Z',
      'logger testkit',
      'message has record',
      'context.service is testkit or matches /x/',
      'extra.a is null',
      'extra.b is undefined',
      'extra.c has <',
      'newest 3',
    ],
  })
})

test('without script there are the newest events as text', () => {
  const records = Array.from({ length: 300 }, (_, i) => makeRecord({ seq: i + 1 }))

  const { text } = dumpRecordsSync(records, { format: 'html_table' })

  const noscript = /<noscript>([\s\S]*?)<\/noscript>/.exec(text)?.[1] ?? ''
  assert.match(noscript, /The newest 200 of 300 events/)
  assert.match(noscript, /record-000300/)
  assert.doesNotMatch(noscript, /record-000100\b/)
})

function tagsOf(html: string): readonly string[] {
  return (
    html
      .replace(/<(script)>[\s\S]*?<\/script>/g, '')
      .match(/<[^>]*>/g)
      ?.map((tag) => tag.replace(/'sha256-[^']*'/g, 'hash')) ?? []
  )
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}
