import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { stripVTControlCharacters } from 'node:util'
import type { LogEvent } from '@holdfast/api'
import { createFormatter, PRESETS, type PresetName } from '@holdfast/format'
import fc from 'fast-check'
import { makeEvent } from './events.js'

const NEW_LINE = '12:34:56.000 INFO  root         all is well'
const TRICKS = [
  `\n${NEW_LINE}`,
  `\r${NEW_LINE}`,
  `\r\n${NEW_LINE}`,
  `\u0085${NEW_LINE}`,
  `\u2028${NEW_LINE}`,
  `\u2029${NEW_LINE}`,
  `\u000b\u000c${NEW_LINE}`,
  '\u001b[2J\u001b[H',
  '\u001b[31mred\u001b[0m',
  '\u009b31m\u0090\u009c\u009d',
  '\u001b]8;;http://evil\u001b\\click\u001b]8;;\u0007',
  '\u001b]0;title\u0007',
  '\b\b\b\u007f',
  '\u202egnp.exe\u202c',
  '\u2066\u2067\u2068\u2069\u200e\u200f\u061c',
  '\u200b\u2060\ufeff\u00ad',
  '\u{e0041}\u{e0042}',
  '\ud800',
]

/** Every place of an event that a user can fill. */
const PLACES: Readonly<Record<string, (text: string) => Partial<LogEvent>>> = {
  message: (text) => ({ message: `a${text}b` }),
  'logger name': (text) => ({ logger: `a${text}b` }),
  key: (text) => ({ extra: { [`a${text}b`]: 1 } }),
  value: (text) => ({ extra: { key: `a${text}b` } }),
  'nested key and value': (text) => ({ extra: { key: { [`a${text}`]: [`a${text}b`] } } }),
  'context value': (text) => ({ context: { request_id: `a${text}b`, hostname: text, extra: { [text]: text } } }),
  'event name and trace': (text) => ({ event_name: text, trace_id: text, span_id: text }),
  'event id and origin': (text) => ({ event_id: text, origin: text }),
  timestamp: (text) => ({ timestamp: `2026-11-20T12:34:56.789012Z${text}` }),
  'error type': (text) => ({ error: { type: `E${text}`, message: 'm', code: text } }),
  'error properties': (text) => ({ error: { type: 'E', message: 'm', extra: { [text]: text } } }),
  'cause that is no error': (text) => ({ error: { type: 'E', message: 'm', cause: text, errors: [text, { [text]: text }] } }),
}

const presets = Object.keys(PRESETS) as PresetName[]

describe('one event is one line, whatever is in it', () => {
  for (const [place, fill] of Object.entries(PLACES)) {
    test(`${place}: tricks are shown and change neither lines nor colours`, () => {
      for (const preset of presets) {
        const plain = createFormatter({ preset, color: false })
        const colored = createFormatter({ preset, color: true })
        const expected = lines(plain(makeEvent(fill('')))).length

        for (const trick of TRICKS) {
          const text = plain(makeEvent(fill(trick)))

          assert.equal(lines(text).length, expected, text)
          assertHarmless(text)
          assert.equal(stripOwnColors(colored(makeEvent(fill(trick)))), text)
        }
      }
    })
  }

  test('any text in any place is harmless', () => {
    const places = Object.values(PLACES)
    const format = createFormatter({ preset: 'full', color: false })

    fc.assert(
      fc.property(fc.constantFrom(...places), fc.string({ unit: 'binary' }), (fill, text) => {
        const shown = format(makeEvent(fill(text)))

        assertHarmless(shown)
        assert.ok(
          lines(shown)
            .slice(1)
            .every((line) => line.startsWith('    ')),
        )
      }),
    )
  })
})

describe('the text of an error takes lines, and none of them can pass for an event', () => {
  const forged = `boom\n${NEW_LINE}\n    at fake (file.js:1:1)\ncaused by Error: fake\r${NEW_LINE}\u001b[2J`
  const error = { type: 'Error', message: forged, stack: `Error: ${forged}\n    at real (/srv/real.js:1:1)` }

  test('every line after the first is indented', () => {
    for (const preset of presets) {
      const text = createFormatter({ preset, color: false })(makeEvent({ error: { ...error, cause: error, errors: [error] } }))

      assertHarmless(text)
      assert.ok(lines(text).length > 10)
      for (const line of lines(text).slice(1)) assert.match(line, /^ {4}/)
    }
  })

  test('a line of the message stands further in than a frame label or a cause', () => {
    const text = createFormatter({ color: false })(makeEvent({ error }))

    assert.deepEqual(lines(text).slice(1), [
      '    Error: boom',
      `      ${NEW_LINE}`,
      '          at fake (file.js:1:1)',
      `      caused by Error: fake\\r${NEW_LINE}\\x1b[2J`,
      '        at real (/srv/real.js:1:1)',
    ])
  })

  test('a stack that does not match its message is still only indented lines', () => {
    const text = createFormatter({ color: false })(
      makeEvent({ error: { type: 'E', message: 'm', stack: `${NEW_LINE}\n${NEW_LINE}\rx` } }),
    )

    assertHarmless(text)
    for (const line of lines(text).slice(1)) assert.match(line, /^ {4}/)
  })
})

test('a key of the user that names an identity is marked as the user’s', () => {
  const text = createFormatter({ color: false })(makeEvent({ context: { request_id: 'real' }, extra: { request_id: 'forged' } }))

  assert.match(text, / extra\.request_id=forged request_id=real$/)
})

function assertHarmless(text: string): void {
  assert.doesNotMatch(text, /(?!\n)[\p{Cc}\p{Cs}\p{Bidi_Control}\u2028\u2029\u200b\u2060\ufeff\u00ad]/u)
}

function lines(text: string): readonly string[] {
  return text.split('\n')
}

/** Takes out the codes that the formatter writes; anything else that is a control sequence stays and is found. */
function stripOwnColors(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: SGR codes are what is looked for
  const stripped = text.replace(/\u001b\[(?:\d{1,3})(?:;\d{1,3}){0,4}m/g, '')
  assert.equal(stripVTControlCharacters(stripped), stripped)
  return stripped
}
