/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'puppeteer-core'
import { Chromium, NEEDS_CHROMIUM, type OpenedPage } from './chromium.js'
import { sampleRecords } from './sample-records.js'

const RECORDS = sampleRecords(2000)
const EVENTS = RECORDS.map(({ event }) => event)
const skip = NEEDS_CHROMIUM

describe('on the page of a dump', () => {
  let chromium: Chromium | undefined
  let opened: OpenedPage
  let page: Page

  before(async () => {
    if (skip !== false) return
    chromium = await Chromium.start()
    opened = await chromium.open(RECORDS, { format: 'html_table' })
    page = opened.page
  })
  after(() => chromium?.stop())

  const it_ = (title: string, check: () => Promise<void>): void => {
    it(title, { skip }, async () => {
      for (let i = 0; i < 3; i++) await page.keyboard.press('Escape')
      await page.keyboard.press('g')
      await check()
      assert.deepEqual(opened.faults, [])
    })
  }

  it_('the search finds words in any field, leaves out what has a minus, and marks what it found', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('ENOENT tenant=acme -TimeoutError')

    const found = EVENTS.filter((event) => {
      const text = JSON.stringify(event)
      return text.includes('ENOENT') && text.includes('"tenant":"acme"') && !text.includes('TimeoutError')
    })
    assert.ok(found.length > 5)
    assert.equal(await shownCount(page), found.length)
    assert.equal(
      (await texts(page, '.row mark')).every((text) => /enoent|acme/i.test(text)),
      true,
    )
  })

  it_('another question keeps the current row in view, or begins with its first answers', async () => {
    await page.keyboard.press('G')
    await page.keyboard.press('/')
    await page.keyboard.type(EVENTS.at(-1)?.context.job_id ?? '')
    assert.equal(await attribute(page, '.row.current', 'id'), `row-${EVENTS.length - 1}`)

    await page.keyboard.type(' critical')

    assert.equal(await page.$eval('main', (main) => main.scrollTop), 0)
  })

  it_('a phrase in quotes stays together', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('"retrying attempt"')
    assert.equal(await shownCount(page), 0)
    assert.deepEqual(await texts(page, '.nothing p'), ['No event matches.'])

    await page.click('.nothing button')

    assert.equal(await shownCount(page), EVENTS.length)
  })

  it_('each level has a button with its count, which hides it and shows it again', async () => {
    const count = (level: string): number => EVENTS.filter((event) => event.level === level).length
    assert.equal(await text(page, '[data-level=warning] .number'), count('WARNING').toLocaleString('en'))

    await page.click('[data-level=info]')
    await page.click('[data-level=debug]')
    assert.equal(await shownCount(page), EVENTS.length - count('INFO') - count('DEBUG'))
    assert.equal(await attribute(page, '[data-level=info]', 'aria-pressed'), 'false')

    await page.keyboard.press('3')
    assert.equal(await shownCount(page), EVENTS.length - count('DEBUG'))
  })

  it_('Shift shows one level alone, and all again', async () => {
    await page.keyboard.down('Shift')
    await page.click('[data-level=error]')
    assert.equal(await shownCount(page), EVENTS.filter(({ level }) => level === 'ERROR').length)

    await page.click('[data-level=error]')
    await page.keyboard.up('Shift')

    assert.equal(await shownCount(page), EVENTS.length)
  })

  it_('a column sorts up, then down; equal rows keep their order', async () => {
    const loggers = EVENTS.map(({ logger }) => logger).sort()

    await page.click('[data-key=logger] button')
    assert.equal(await attribute(page, '[data-key=logger]', 'aria-sort'), 'ascending')
    assert.equal((await texts(page, '.line .logger'))[0], loggers[0])
    const first = EVENTS.findIndex(({ logger }) => logger === loggers[0])
    assert.equal(await attribute(page, '.row', 'id'), `row-${first}`)

    await page.click('[data-key=logger] button')
    assert.equal(await attribute(page, '[data-key=logger]', 'aria-sort'), 'descending')
    assert.equal((await texts(page, '.line .logger'))[0], loggers.at(-1))

    await page.click('[data-key=time] button')
    assert.equal(await attribute(page, '.row', 'id'), 'row-0')
  })

  it_('j and k move, Enter opens and closes, Escape closes all', async () => {
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    assert.equal(await attribute(page, '.row.current', 'id'), 'row-1')
    assert.equal(await attribute(page, 'main', 'aria-activedescendant'), 'row-1')

    await page.keyboard.press('Enter')
    assert.equal(await attribute(page, '.row.current', 'aria-expanded'), 'true')

    await page.keyboard.press('Enter')
    assert.equal(await attribute(page, '.row.current', 'aria-expanded'), 'false')

    await page.keyboard.press('Enter')
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    assert.equal((await page.$$('.row.open')).length, 2)
    await page.keyboard.press('Escape')
    assert.equal((await page.$$('.row.open')).length, 0)
  })

  it_('rows behind an open one stand below it', async () => {
    await page.keyboard.press('e')
    await page.keyboard.press('Enter')

    const [bottom, next] = await page.$eval('.row.open', (row) => [
      row.getBoundingClientRect().bottom,
      row.nextElementSibling?.getBoundingClientRect().top,
    ])
    assert.ok(Math.abs((bottom ?? 0) - (next ?? 1e9)) < 1, `${bottom} ${next}`)
  })

  it_('an open event shows error, cause, stack, fields and context', async () => {
    const event = EVENTS.find(({ level }) => level === 'ERROR')
    await page.keyboard.press('e')
    await page.keyboard.press('Enter')

    const detail = await text(page, '.row.open .detail')
    assert.ok(event?.error !== undefined)
    assert.ok(detail.includes(`${event.error.type}: ${event.error.message}`))
    assert.match(detail, /caused by/)
    assert.match(detail, /at async open \(node:internal/)
    for (const value of [...Object.values(event.extra ?? {}), event.context.job_id, event.event_id])
      assert.ok(detail.includes(String(value)))
    assert.ok((await page.$$('.row.open .frames .foreign')).length > 0)
  })

  it_('a click opens a row, and ＋ shows only events with the same value', async () => {
    await page.click('.row .line')
    const job = EVENTS[0]?.context.job_id

    await page.evaluate(() => {
      const term = [...document.querySelectorAll('.row.open dt')].find((dt) => dt.textContent === 'job_id')
      term?.nextElementSibling?.querySelector('button')?.click()
    })
    assert.equal(await shownCount(page), EVENTS.filter(({ context }) => context.job_id === job).length)
    assert.match(await text(page, '.facet'), new RegExp(`context\\.job_id = ${job}`))

    await page.click('.facet')
    assert.equal(await shownCount(page), EVENTS.length)
  })

  it_('a time is chosen by its text or by dragging over the bars', async () => {
    const from = '2026-11-20 12:20:00.000'
    await page.type('input[name=from]', '12:20')
    await page.keyboard.press('Enter')
    const later = EVENTS.filter(({ timestamp }) => timestamp >= '2026-11-20T12:20')
    assert.equal(await shownCount(page), later.length)
    assert.equal(await page.$eval('input[name=from]', (input) => (input as HTMLInputElement).value), from)

    await page.keyboard.press('Escape')
    const bars = await (await page.$('.bars'))?.boundingBox()
    assert.ok(bars)
    await page.mouse.move(bars.x + bars.width * 0.25, bars.y + 10)
    await page.mouse.down()
    await page.mouse.move(bars.x + bars.width * 0.5, bars.y + 10, { steps: 4 })
    await page.mouse.up()
    const times = RECORDS.map(({ time }) => time)
    const [first = 0, last = 0] = [times[0], times.at(-1)]
    const chosen = times.filter((time) => time >= first + (last - first) * 0.25 && time <= first + (last - first) * 0.5)
    assert.ok(Math.abs((await shownCount(page)) - chosen.length) < 20)
  })

  it_('what is no time is marked, and changes nothing', async () => {
    await page.type('input[name=to]', 'tomorrow')
    await page.keyboard.press('Enter')

    assert.equal(await attribute(page, 'input[name=to]', 'aria-invalid'), 'true')
    assert.equal(await shownCount(page), EVENTS.length)
  })

  it_('an event is copied as JSON', async () => {
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.evaluate(() => {
      document.addEventListener('copy', () => document.body.setAttribute('data-copied', getSelection()?.toString() ?? ''), {
        once: true,
      })
      Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true })
    })

    await page.click('.row.open .copy')

    assert.equal(await text(page, '.row.open .copy'), 'Copied')
    assert.deepEqual(JSON.parse((await attribute(page, 'body', 'data-copied')) ?? ''), EVENTS[1])
  })

  it_('? tells the keys, and keys rest while it does', async () => {
    await page.keyboard.press('?')
    assert.equal(await page.$eval('dialog', (dialog) => dialog.open), true)

    await page.keyboard.press('j')
    await page.keyboard.press('Escape')

    assert.equal(await page.$eval('dialog', (dialog) => dialog.open), false)
    assert.equal(await attribute(page, '.row.current', 'id'), 'row-0')
  })

  it_('t switches between light and dark, u between UTC and local time', async () => {
    const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const before = await ground()
    await page.keyboard.press('t')
    assert.notEqual(await ground(), before)
    await page.keyboard.press('t')
    assert.equal(await ground(), before)

    await page.emulateTimezone('Asia/Kolkata')
    const utc = await text(page, '.row .time')
    await page.keyboard.press('u')
    assert.equal(await text(page, '.zone'), 'local')
    assert.notEqual(await text(page, '.row .time'), utc)
    await page.keyboard.press('u')
    assert.equal(await text(page, '.row .time'), utc)
  })

  it_('paper has the rows that are shown', async () => {
    await page.keyboard.press('/')
    await page.keyboard.type('disk')
    const count = await shownCount(page)

    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')))
    assert.equal((await page.$$('.paper .row')).length, count)

    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
    assert.equal(await page.$('.paper'), null)
  })
})

/** The number in front of the count: `12 of 2,000`, `2,000 events`. */
async function shownCount(page: Page): Promise<number> {
  return Number((await text(page, '.count')).split(' ')[0]?.replaceAll(',', ''))
}

function text(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (element) => element.textContent ?? '')
}

function texts(page: Page, selector: string): Promise<string[]> {
  return page.$$eval(selector, (elements) => elements.map((element) => element.textContent ?? ''))
}

function attribute(page: Page, selector: string, name: string): Promise<string | null> {
  return page.$eval(selector, (element, key) => element.getAttribute(key), name)
}
