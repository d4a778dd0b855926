import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { type ConsoleOptions, consoleAdapter } from '@holdfast/console'
import { makeRuntime, type Runtime } from '@holdfast/core'
import { fileAdapter } from '@holdfast/file'
import { PLACEHOLDERS, PRESETS, THEMES } from '@holdfast/format'
import { strictJsonParse } from '@holdfast/testkit'
import { ended, HOLDFAST, startScript, temporaryFolder } from '../fixtures/spawn.js'

/** What would steer a terminal, end a line or turn its reading direction, and how a line shows it. */
const SIGNS: readonly (readonly [name: string, sign: string, shown: string])[] = [
  ['CR', '\r', '\\r'],
  ['CR LF', '\r\n', '\\r'],
  ['TAB', '\t', '\\t'],
  ['ESC', '\x1b', '\\x1b'],
  ['a colour', '\x1b[31;1m', '\\x1b[31;1m'],
  ['clear screen', '\x1b[2J\x1b[H', '\\x1b[2J'],
  ['a link', '\x1b]8;;http://evil\x07click\x1b]8;;\x07', '\\x1b]8;;'],
  ['the clipboard', '\x1b]52;c;ZXZpbA==\x07', '\\x1b]52;'],
  ['C1 CSI', '\x9b31m', '\\x9b31m'],
  ['C1 NEL', '\x85', '\\x85'],
  ['BEL', '\x07', '\\x07'],
  ['BS', '\b', '\\x08'],
  ['DEL', '\x7f', '\\x7f'],
  ['NUL', '\0', '\\x00'],
  ['right-to-left override', '\u202e', '\\u202e'],
  ['left-to-right isolate', '\u2066', '\\u2066'],
  ['Arabic letter mark', '\u061c', '\\u061c'],
  ['line separator', '\u2028', '\\u2028'],
  ['paragraph separator', '\u2029', '\\u2029'],
  ['zero-width space', '\u200b', '\\u200b'],
  ['byte order mark', '\ufeff', '\\ufeff'],
  ['a tag character', '\u{e0041}', '\\u{e0041}'],
  ['a lone surrogate', '\ud800', '\\ud800'],
]

/** A line that is none, as an attacker would like a reader to see it. */
const FORGED = '\n2026-11-20 12:00:00 CRITICAL auth: root logged in\n{"v":1,"level":"CRITICAL"}\n'

/** Everything that would act on a terminal, except line ends. */
const ACTING =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}\ud800-\udfff]/u
/** What a coloured line has of its own. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const OWN_COLOURS = /\x1b\[[0-9;]*m/g

interface Shown {
  readonly runtime: Runtime
  /** The text of all events so far. */
  text(): string
}

function show(test: TestContext, options: ConsoleOptions): Shown {
  let text = ''
  const stream = {
    write: (part: string): void => {
      text += part
    },
  }
  const runtime = makeRuntime({
    service: 'svc',
    level: 'trace',
    adapters: [consoleAdapter({ ...options, stream })],
    diagnosticHook: () => undefined,
  })
  test.after(() => runtime.shutdown())
  return { runtime, text: () => text }
}

/** Puts a text everywhere at once, with and without an error. Two events. */
function logEverywhere(runtime: Runtime, text: string): void {
  const log = runtime.get(`log${text}ger`).with({ [`bound${text}`]: text })
  const context = {
    jobId: `job${text}`,
    requestId: text,
    userId: text,
    userName: text,
    hostname: text,
    [`key${text}`]: text,
    list: [text],
  }
  runtime.bind(context, () => {
    log.info(`mess${text}age`, { [`key${text}`]: `value${text}`, nested: { [text]: [text] }, map: new Map([[text, text]]) })
    log.error(`mess${text}age`, makeError(text), { [`key${text}`]: text, other: makeError(text) })
  })
}

function makeError(text: string): Error {
  const cause = new AggregateError([new Error(`one${text}`), text], `cause${text}`)
  const error = Object.assign(new Error(`mess${text}age`, { cause }), {
    name: `Type${text}`,
    code: `E${text}`,
    [`own${text}`]: text,
  })
  error.stack = `Type${text}: mess${text}age\n    at f${text} (a${text}.js:1:1)\n${text}\n    at g (b.js:2:2)`
  return error
}

/** One line per event, and below it only lines that are indented. Nothing that acts. */
function assertHarmless(text: string, events: number, isColoured: boolean): void {
  const plain = isColoured ? text.replace(OWN_COLOURS, '') : text
  const lines = plain.split('\n')
  assert.equal(lines.pop(), '', 'ends with a line end')
  assert.doesNotMatch(plain, ACTING)
  const starts = lines.filter((line) => !line.startsWith('    '))
  assert.equal(starts.length, events, starts.join('\n'))
}

const everyPlaceholder = `${Object.keys(PLACEHOLDERS)
  .filter((name) => name !== 'error')
  .map((name) => `{${name}}`)
  .join(' | ')}{error}`

describe('forging', () => {
  it("is seen in what a format of one's own does not escape, so that these tests can fail", (test) => {
    const { runtime, text } = show(test, { format: (event) => event.message })

    runtime.get('app').info(`a${FORGED}b\x1b[31m`)

    assert.throws(() => assertHarmless(text(), 1, false))
  })

  const layouts: readonly (readonly [name: string, options: ConsoleOptions])[] = [
    ...Object.keys(PRESETS).map((preset) => [`the preset ${preset}`, { preset } as ConsoleOptions] as const),
    ['a template of every placeholder', { template: everyPlaceholder }],
    ['a template with narrow columns', { template: '{level:<8.4}|{logger:>12.10}|{message:^20.15}|{fields}' }],
  ]

  for (const [name, layout] of layouts) {
    for (const color of ['never', 'always'] as const) {
      it(`adds no line and steers nothing in ${name}, colours ${color}`, (test) => {
        const { runtime, text } = show(test, { ...layout, format: 'pretty', color })

        for (const [, sign] of SIGNS) logEverywhere(runtime, sign)
        logEverywhere(runtime, FORGED)

        assertHarmless(text(), 2 * (SIGNS.length + 1), color === 'always')
      })
    }
  }

  for (const theme of Object.keys(THEMES) as (keyof typeof THEMES)[]) {
    it(`ends every colour that it begins in the theme ${theme}`, (test) => {
      const { runtime, text } = show(test, { format: 'pretty', color: 'always', theme })

      for (const [, sign] of SIGNS) logEverywhere(runtime, sign)

      assertHarmless(text(), 2 * SIGNS.length, true)
      for (const line of text().split('\n')) assert.equal(endsPlain(line), true, JSON.stringify(line))
    })
  }

  for (const [name, sign, shown] of SIGNS) {
    it(`shows ${name} instead of obeying it`, (test) => {
      const { runtime, text } = show(test, { format: 'pretty', color: 'never' })

      runtime.get('app').info(`a${sign}b`, { key: `c${sign}d` })

      assert.equal(text().split(shown).length - 1 >= 2, true, JSON.stringify(text()))
    })
  }

  it('adds no line and steers nothing in a text file', async (test) => {
    const path = join(temporaryFolder(test), 'app.log')
    const runtime = makeRuntime({ adapters: [fileAdapter({ path, format: 'text' })], diagnosticHook: () => undefined })

    for (const [, sign] of SIGNS) logEverywhere(runtime, sign)
    logEverywhere(runtime, FORGED)
    await runtime.shutdown()

    assertHarmless(readFileSync(path, 'utf8'), 2 * (SIGNS.length + 1), false)
  })

  it('is one line of JSON each, with nothing raw that acts on a terminal', async (test) => {
    const path = join(temporaryFolder(test), 'app.log')
    const { runtime, text } = show(test, { format: 'json' })
    const filed = makeRuntime({ adapters: [fileAdapter({ path })], diagnosticHook: () => undefined })

    for (const each of [runtime, filed]) for (const [, sign] of [...SIGNS, ['', FORGED, ''] as const]) logEverywhere(each, sign)
    await filed.shutdown()

    for (const json of [text(), readFileSync(path, 'utf8')]) {
      const lines = json.slice(0, -1).split('\n')
      assert.equal(lines.length, 2 * (SIGNS.length + 1))
      for (const line of lines) assert.ok(['INFO', 'ERROR'].includes((strictJsonParse(line) as { level: string }).level))
      // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
      assert.doesNotMatch(json, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029]/)
    }
  })

  it('does not reach stderr through what the runtime says about itself', async () => {
    const evil = '"a\\x1b[31m\\x9b31m\\u202e\\u2028\\nholdfast: forged"'
    const { stderr } = await ended(
      startScript(`
        import { init, get } from '${HOLDFAST}'
        init({ service: 'test', adapters: [{ name: 'bad', write() {}, writeSync() { throw new Error(${evil}) } }],
          stages: [() => { throw new Error(${evil}) }], lastWords: { budgetMs: 10 } })
        get(${evil}).info(${evil})
        process.exit()`),
    )
    const early = await ended(startScript(`import { get } from '${HOLDFAST}'; get(${evil}).error(${evil})`))

    for (const text of [stderr, early.stderr]) {
      assert.doesNotMatch(text, ACTING)
      for (const line of text.trimEnd().split('\n')) assert.match(line, /^holdfast: (?!forged)/)
    }
    assert.match(early.stderr, /init\(\) was never called/)
  })
})

/** Whether no colour is in force behind a line. */
function endsPlain(line: string): boolean {
  let isOpen = false
  for (const [code] of line.matchAll(OWN_COLOURS)) isOpen = !CLOSING.has(code)
  return !isOpen
}

/** Default foreground and background, no bold, dim, italic, underline, inverse, strike-through; all off. */
const CLOSING: ReadonlySet<string> = new Set([39, 49, 22, 23, 24, 27, 29, 0].map((code) => `\x1b[${code}m`))
