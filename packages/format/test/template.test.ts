import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createFormatter, PLACEHOLDERS, TemplateError } from '@holdfast/format'
import fc from 'fast-check'
import { CHUNK_ERROR, makeEvent } from './events.js'

const EVENT = makeEvent({
  trace_id: 't1',
  span_id: 's1',
  trace_flags: '01',
  event_name: 'job.started',
  code: { file: 'src/a.ts', line: 7, function: 'run' },
  context: {
    service: 'encoder',
    environment: 'prod',
    job_id: 'j1',
    request_id: 'r1',
    user_id: 'u1',
    user_name: 'ann',
    hostname: 'node7',
    process_id: 12,
    process_id_chain: [1, 12],
    extra: { tenant: 'acme' },
  },
  extra: { chunk: 3, theme: 'neon' },
})

/** Placeholder and what it shows of the event above, at UTC+1. */
const SHOWN: Readonly<Record<string, string>> = {
  timestamp: '2026-11-20T12:34:56.789012Z',
  timestamp_ms: '2026-11-20T12:34:56.789Z',
  timestamp_trimmed: '2026-11-20T12:34:56Z',
  timestamp_no_us: '2026-11-20T12:34:56Z',
  timestamp_trimmed_naive: '2026-11-20T12:34:56',
  date: '2026-11-20',
  time: '12:34:56.789',
  offset: 'Z',
  YYYY: '2026',
  MM: '11',
  DD: '20',
  hh: '12',
  mm: '34',
  ss: '56',
  ms: '789',
  us: '789012',
  timestamp_loc: '2026-11-20T13:34:56.789012+01:00',
  timestamp_ms_loc: '2026-11-20T13:34:56.789+01:00',
  timestamp_trimmed_loc: '2026-11-20T13:34:56+01:00',
  timestamp_no_us_loc: '2026-11-20T13:34:56+01:00',
  timestamp_trimmed_naive_loc: '2026-11-20T13:34:56',
  date_loc: '2026-11-20',
  time_loc: '13:34:56.789',
  offset_loc: '+01:00',
  YYYY_loc: '2026',
  MM_loc: '11',
  DD_loc: '20',
  hh_loc: '13',
  mm_loc: '34',
  ss_loc: '56',
  ms_loc: '789',
  us_loc: '789012',
  level: 'INFO',
  LEVEL: 'INFO',
  level_enum: 'INFO',
  level_name: 'info',
  level_short: 'INFO',
  level_code: 'INFO',
  level_icon: '●',
  level_value: '20',
  logger_name: 'worker',
  logger: 'worker',
  message: 'started',
  event_id: '0193a4b2-7000-7000-8000-000000000001',
  event_name: 'job.started',
  origin: 'k3v9x2m4p7q1s',
  seq: '17',
  trace_id: 't1',
  span_id: 's1',
  trace_flags: '01',
  service: 'encoder',
  environment: 'prod',
  job_id: 'j1',
  request_id: 'r1',
  user_id: 'u1',
  user_name: 'ann',
  hostname: 'node7',
  process_id: '12',
  process_id_chain: '1>12',
  fields: '  chunk=3 theme=neon tenant=acme job_id=j1 request_id=r1',
  context_fields:
    '  chunk=3 theme=neon tenant=acme job_id=j1 request_id=r1 user_id=u1 user_name=ann service=encoder environment=prod' +
    ' hostname=node7 process_id=12 process_id_chain=1>12 trace_id=t1 span_id=s1',
  extra: '  chunk=3 theme=neon',
  context:
    '{"service":"encoder","environment":"prod","job_id":"j1","request_id":"r1","user_id":"u1","user_name":"ann","hostname":"node7",' +
    '"process_id":12,"process_id_chain":[1,12],"extra":{"tenant":"acme"}}',
  error: '',
  error_type: '',
  error_message: '',
  error_code: '',
  pathname: 'src/a.ts',
  lineno: '7',
  funcName: 'run',
  theme: 'neon',
}

function show(template: string, event = EVENT): string {
  return createFormatter({ template, color: false, timeZone: 'Europe/Vienna' })(event)
}

describe('placeholders', () => {
  for (const [name, shown] of Object.entries(SHOWN)) {
    test(`{${name}} shows its part of the event`, () => {
      assert.equal(show(`<{${name}}>`), `<${shown}>`)
    })
  }

  test('there is none that this list forgets', () => {
    assert.deepEqual(Object.keys(PLACEHOLDERS).sort(), Object.keys(SHOWN).sort())
  })

  test('show nothing for what an event does not have', () => {
    const template = Object.keys(PLACEHOLDERS)
      .filter((name) =>
        /^(?:trace|span|service|env|job|req|user|host|process|fields|extra|error|path|line|func|theme|event_name)/.test(name),
      )
      .map((name) => `{${name}}`)
      .join('')

    assert.equal(show(`[${template}]`, makeEvent()), '[]')
  })

  test('read the parts of an error', () => {
    const event = makeEvent({ error: { type: 'RangeError', message: 'too far', code: 'E1' } })

    assert.equal(show('{error_type}|{error_message}|{error_code}', event), 'RangeError|too far|E1')
  })

  test('take a call site from the fields when the event has none of its own', () => {
    const event = makeEvent({ extra: { pathname: 'b.ts', lineno: 9, funcName: 'go' } })

    assert.equal(show('{pathname}:{lineno} {funcName}', event), 'b.ts:9 go')
  })
})

describe('columns', () => {
  const rows: readonly (readonly [column: string, shown: string])[] = [
    ['{logger:<8}', 'worker  '],
    ['{logger:8}', 'worker  '],
    ['{logger:>8}', '  worker'],
    ['{logger:^9}', ' worker  '],
    ['{logger:<3}', 'worker'],
    ['{logger:.4}', 'wor…'],
    ['{logger:.6}', 'worker'],
    ['{logger:>8.4}', '    wor…'],
    ['{logger:.0}', ''],
    ['{fields:.12}', '  chunk=3 t…'],
    ['{fields:<12.9}', '  chunk=…   '],
  ]

  for (const [column, shown] of rows) {
    test(`${column} gives "${shown}"`, () => {
      assert.equal(show(`${column}|`), `${shown}|`)
    })
  }

  test('stay aligned with wide and combining characters', () => {
    for (const logger of ['映像', '🎬🎬', 'cafe\u0301', '👩‍💻', 'ﾃｽﾄ', '⚠️']) {
      const [, after = ''] = show('{logger:<10}|', makeEvent({ logger })).split(logger)
      const columns: Readonly<Record<string, number>> = { 映像: 4, '🎬🎬': 4, 'cafe\u0301': 4, '👩‍💻': 2, ﾃｽﾄ: 3, '⚠️': 2 }

      assert.equal(after, `${' '.repeat(10 - (columns[logger] ?? 0))}|`)
    }
  })

  test('never cut a wide character in half', () => {
    assert.equal(show('{logger:<6.4}|', makeEvent({ logger: '映像処理' })), '映…   |')
  })

  test('give all icons the same width', () => {
    const levels = ['TRACE', 'DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const

    for (const level of levels) assert.equal(show('{level_icon:<2}|', makeEvent({ level })).length, 3)
  })
})

describe('templates', () => {
  test('take doubled braces as braces', () => {
    assert.equal(show('{{message}} {{{message}}}'), '{message} {started}')
  })

  test('show errors at the end when they name no part of them', () => {
    const event = makeEvent({ error: { type: 'E', message: 'm' } })

    assert.equal(show('{message}', event), 'started\n    E: m')
    assert.equal(show('{message}{error} end', event), 'started\n    E: m end')
    assert.equal(show('{message} {error_type}', event), 'started E')
  })

  test('keep their own line breaks and escape other controls of their own', () => {
    assert.equal(show('{message}\n  \u001b[1m{logger}'), 'started\n  \\x1b[1mworker')
  })

  const wrong: readonly (readonly [template: string, message: RegExp])[] = [
    ['{mesage}', /got `\{mesage\}`\. Did you mean `message`\?$/],
    ['{level.icon}', /got `\{level\.icon\}`\. Did you mean `level_icon`\?$/],
    ['{message.__proto__}', /got `\{message\.__proto__\}`\.$/],
    ['{constructor}', /got `\{constructor\}`\.$/],
    ['{toString}', /got `\{toString\}`\.$/],
    ['{}', /got `\{\}`\.$/],
    ['{ message }', /got `\{ message \}`\. Did you mean `message`\?$/],
    ['a {message', /paired braces, got a lone `\{` at character 3\. Write `\{\{` or `\}\}` for a brace\.$/],
    ['message}', /a lone `\}` at character 8/],
    ['{message:}', /columns as .*got `\{message:\}`\.$/],
    ['{message:*}', /got `\{message:\*\}`\.$/],
    ['{message:>9999}', /got `\{message:>9999\}`\.$/],
    ['{error:<8}', /`\{error\}` has no column, got `\{error:<8\}`\.$/],
    ['{me\u001b[2Jssage}', /got `\{me\\x1b\[2Jssage\}`/],
  ]
  for (const [template, message] of wrong) {
    test(`refuse ${JSON.stringify(template)} and say why`, () => {
      assert.throws(
        () => createFormatter({ template, color: false }),
        (error: unknown) => {
          assert.ok(error instanceof TemplateError)
          assert.equal(error.code, 'HOLDFAST_TEMPLATE')
          assert.match(error.message, /^Expected `template` to be a template /)
          assert.match(error.message, message)
          return true
        },
      )
    })
  }

  test('are either compiled or refused with a TemplateError, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('{', '}', ':', '<', '.', '8', 'a', 'message', 'error', '\n') }),
        (template) => {
          try {
            assert.equal(typeof show(template, makeEvent({ error: CHUNK_ERROR })), 'string')
          } catch (error) {
            assert.ok(error instanceof TemplateError)
          }
        },
      ),
    )
  })
})

test('an unknown preset is refused with the nearest name', () => {
  const preset = 'short_lock' as 'short_loc'

  assert.throws(
    () => createFormatter({ preset, color: false }),
    /Expected `preset` to be one of `full`.*, got `short_lock`\. Did you mean `short_loc`\?$/,
  )
})
