/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { LogRecord } from '@holdfast/api'
import type { DumpFormat } from '@holdfast/dump'
import { hostileRecords, hugeRecord, makeRecord } from '@holdfast/testkit'
import { Chromium, NEEDS_CHROMIUM } from './chromium.js'
import { sampleRecords } from './sample-records.js'

const skip = NEEDS_CHROMIUM
const COUNT = 25_000

const EVIL = [
  '</script><script>document.title = "owned"; alert(1)</script>',
  '<img src=x onerror="alert(2)"><svg onload=alert(3)>',
  '</pre></noscript></style><style>*{display:none!important}</style>',
  '<!--<script>',
  'javascript:alert(4)',
  '\u202egnp.exe\u202c \u001b[31m \u0000 \u2028',
].join(' ')

const HOSTILE: readonly LogRecord[] = [
  ...hostileRecords(),
  hugeRecord(),
  makeRecord({
    seq: 200,
    message: EVIL,
    logger: EVIL,
    context: { service: EVIL, job_id: EVIL, extra: { [EVIL]: EVIL, onclick: 'alert(5)' } },
    extra: { [EVIL]: { [EVIL]: [EVIL] }, constructor: 1, innerHTML: EVIL },
    error: {
      type: EVIL,
      message: EVIL,
      stack: `${EVIL}\n    at ${EVIL}`,
      cause: EVIL,
      errors: [EVIL, { type: EVIL, message: EVIL }],
    },
  }),
  odd({ level: EVIL, level_value: 'x', timestamp: EVIL }),
  odd({ context: { job_id: { a: [] }, extra: 'text' }, extra: { __proto__: null, err: { type: 'E', message: 'm', stack: '' } } }),
  odd({ error: { message: 4, stack: {}, errors: 'x', cause: null, extra: 3 } }),
  { level: 20, time: 0, json: `{"v":1` } as LogRecord,
  deep(50_000),
]

/** An event with members of types that no logger writes. */
function odd(part: object): LogRecord {
  const record = makeRecord({ seq: 300 })
  return { ...record, json: JSON.stringify({ ...record.event, ...part }), event: record.event }
}

function deep(levels: number): LogRecord {
  const { json, event } = makeRecord({ seq: 400 })
  return { level: 20, time: 0, json: `${json.slice(0, -1)},"extra":{"a":${'['.repeat(levels)}${']'.repeat(levels)}}}`, event }
}

describe('a page of a dump', () => {
  let chromium: Chromium

  before(async () => {
    if (skip === false) chromium = await Chromium.start()
  })
  after(() => chromium?.stop())

  it(`with ${COUNT} events holds a few dozen rows, the last ones too`, { skip }, async (test) => {
    // how long it takes is a figure of `test/dump/figures`
    const { page, readyMs, faults } = await chromium.open(sampleRecords(COUNT), { format: 'html_table' })
    test.diagnostic(`ready after ${Math.round(readyMs)} ms`)

    await page.keyboard.press('G')
    assert.equal(await page.$eval('.row.current', (row) => row.id), `row-${COUNT - 1}`)
    assert.ok((await page.$$('.row')).length < 100)

    await page.evaluate(() => {
      const input = document.querySelector<HTMLInputElement>('input[type=search]')
      if (input !== null) input.value = 'uploaded'
      input?.dispatchEvent(new Event('input'))
    })
    assert.ok((await page.$$('.row mark')).length > 0)
    assert.deepEqual(faults, [])
    await page.close()
  })

  for (const format of ['html_table', 'html_txt'] satisfies DumpFormat[]) {
    it(`${format}: hostile events neither run nor break it`, { skip }, async () => {
      const { page, faults } = await chromium.open(HOSTILE, { format, title: EVIL })

      const body = await page.$eval('main', (main) => main.textContent)
      for (const seq of ['000101', '000112', '000100']) assert.ok(body.includes(`record-${seq}`), seq)
      assert.ok(body.includes('<script>document.title'))
      assert.ok(body.includes('unreadable record'))
      for (const sign of ['\u202e', '\u001b', '\u2028']) assert.ok(!body.includes(sign))
      assert.notEqual(await page.title(), 'owned')
      assert.equal((await page.$$('img, svg:not(.bars), iframe, object')).length, 0)
      assert.deepEqual(faults, [])
      await page.close()
    })
  }

  it('every hostile event opens, and the others stay', { skip }, async () => {
    const { page, faults } = await chromium.open(HOSTILE, { format: 'html_table', height: 20_000 })
    for (const _ of HOSTILE) {
      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
    }

    assert.equal((await page.$$('.row')).length, HOSTILE.length)
    assert.equal((await page.$$('.row.open')).length, HOSTILE.length)
    // nested too deep to be written out: the row says so
    assert.equal((await page.$$('.broken')).length <= 2, true)
    assert.deepEqual(faults, [])
    await page.close()
  })

  for (const width of [400, 1600]) {
    for (const scheme of ['light', 'dark'] as const) {
      it(`fits ${width} pixels, ${scheme}, without scrolling sideways`, { skip }, async () => {
        const { page, faults } = await chromium.open(sampleRecords(300), { format: 'html_table', width, scheme })
        await page.keyboard.press('e')
        await page.keyboard.press('Enter')

        const [pageWidth, tableSurplus, lightness] = await page.evaluate(() => {
          const table = document.querySelector('main') as HTMLElement
          const [red = 0] = /\d+/.exec(getComputedStyle(document.body).backgroundColor)?.map(Number) ?? []
          return [document.documentElement.scrollWidth, table.scrollWidth - table.clientWidth, red]
        })
        assert.ok((pageWidth ?? 1e9) <= width)
        assert.equal(tableSurplus, 0)
        assert.equal((lightness ?? 0) > 128, scheme === 'light')
        assert.deepEqual(faults, [])
        await page.close()
      })
    }
  }

  it('without JavaScript shows the newest events as text', { skip }, async () => {
    const { page } = await chromium.open(sampleRecords(500), { format: 'html_table', runsScripts: false })

    const body = await page.$eval('noscript', (element) => element.textContent ?? '')
    assert.match(body, /The newest 200 of 500 events/)
    await page.close()
  })

  it('without events says so', { skip }, async () => {
    const { page, faults } = await chromium.open([], { format: 'html_table' })

    assert.equal(await page.$eval('.nothing p', (element) => element.textContent), 'No event matches.')
    assert.deepEqual(faults, [])
    await page.close()
  })
})
