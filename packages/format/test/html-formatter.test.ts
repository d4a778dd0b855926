import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  createFormatter,
  createHtmlFormatter,
  escapeHtml,
  PRESETS,
  type PresetName,
  TemplateError,
  THEMES,
  type ThemeName,
} from '@holdfast/format'
import { EVENTS, makeEvent } from './events.js'

const ENTITIES: Readonly<Record<string, string>> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' }

test('a page shows the same characters as a terminal, in every preset and theme', () => {
  for (const preset of Object.keys(PRESETS) as PresetName[]) {
    for (const theme of Object.keys(THEMES) as ThemeName[]) {
      const plain = createFormatter({ preset, color: false })
      const html = createHtmlFormatter({ preset, theme })

      for (const event of EVENTS) assert.equal(textOf(html.format(event)), plain(event))
    }
  }
})

test('every class in the text has a rule, and elements are never nested', () => {
  for (const theme of Object.keys(THEMES) as ThemeName[]) {
    const { css, format } = createHtmlFormatter({ preset: 'full', theme })
    const html = EVENTS.map(format).join('\n')

    for (const [, name] of html.matchAll(/class="([^"]*)"/g)) assert.ok(css.includes(`.${name}{`), name)
    assert.doesNotMatch(html, /<span[^>]*>[^<]*<span/)
  }
})

test('a style becomes CSS: names are variables, the rest is what it is', () => {
  const { css } = createHtmlFormatter({ styles: { info: 'bold bright_red on rgb(0, 17, 34)', error: 'inverse', debug: 'grey' } })

  assert.match(css, /\.hf-level-info\{font-weight:600;color:var\(--bright-red\);background:rgb\(0,17,34\)\}/)
  assert.match(css, /\.hf-message-error\{color:var\(--paper\);background:var\(--ink\)\}/)
  assert.match(css, /\.hf-level-debug\{color:var\(--gray\)\}/)
})

test('nothing in an event becomes an element or an attribute', () => {
  const evil = `</pre><script>alert('1')</script><img src=x onerror="alert(2)"> &lt;b&gt;`
  const { format } = createHtmlFormatter({ preset: 'full' })

  const html = format(makeEvent({ message: evil, logger: evil, extra: { [evil]: evil }, error: { type: evil, message: evil } }))

  assert.deepEqual(
    new Set(html.match(/<[^>]*>/g)?.map((tag) => tag.replace(/class="hf-[\w-]+"/, 'class'))),
    new Set(['<span class>', '</span>']),
  )
  assert.ok(textOf(html).includes('<script>'))
})

test('what a page cannot read is refused at once, as for a terminal', () => {
  assert.throws(() => createHtmlFormatter({ template: '{mesage}' }), TemplateError)
  assert.throws(() => createHtmlFormatter({ theme: 'dusk' as ThemeName }), TemplateError)
  assert.throws(() => createHtmlFormatter({ styles: { inof: 'red' } }), /styles/)
  assert.throws(() => createHtmlFormatter({ styles: { info: 'redd' } }), /styles\.info/)
})

test('escapeHtml leaves plain text alone', () => {
  assert.equal(escapeHtml('a b'), 'a b')
  assert.equal(escapeHtml(`<a href="x" title='y'>&`), '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;')
})

function textOf(html: string): string {
  return html.replace(/<[^>]*>/g, '').replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity)
}
