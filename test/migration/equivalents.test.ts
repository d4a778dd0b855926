import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it, type TestContext } from 'node:test'
import { readPage } from '../docs/pages.js'
import { PATIENCE_MS } from '../fixtures/patience.js'
import { cleanEnv, temporaryFolder } from '../fixtures/spawn.js'
import { type Bench, bunyanBench, consoleBench, holdfastBench, type PlainEvent, pinoBench, winstonBench } from './loggers.js'
import { type Row, rowsOf } from './table-rows.js'

const rows = rowsOf(readPage('docs/migrating.md'))
const BENCHES = { pino: pinoBench, winston: winstonBench, bunyan: bunyanBench, console: consoleBench }
const user = { id: 7, name: 'ann' }

/** Logs at several levels with a logger that was made: `(fields, message)` or `(message, fields)`. */
const PROBES: Readonly<Record<string, string>> = {
  pino: "log.debug('d'); log.info({ user }, 'i'); log.error('e')",
  bunyan: "log.debug('d'); log.info({ user }, 'i'); log.error('e')",
  winston: "log.debug('d'); log.info('i', { user }); log.error('e')",
  ours: "log.debug('d'); log.info('i', { user }); log.error('e')",
}

describe('docs/migrating.md', () => {
  it('has tables of calls for every logger, and of loggers and files where there are any', () => {
    const kinds = [...rows].map(([kind, { length }]) => [kind, length >= 2])

    assert.deepEqual(kinds, [
      ['calls of pino', true],
      ['loggers of pino', true],
      ['files of pino', true],
      ['calls of winston', true],
      ['loggers of winston', true],
      ['files of winston', true],
      ['calls of bunyan', true],
      ['loggers of bunyan', true],
      ['files of bunyan', true],
      ['calls of console', true],
    ])
  })

  it('has no row that is not run', () => {
    const lines = readPage('docs/migrating.md')
      .text.split('\n')
      .filter((line) => line.startsWith('| `'))

    assert.equal([...rows.values()].flat().length, lines.length)
  })
})

for (const [logger, bench] of Object.entries(BENCHES)) {
  describe(`calls of ${logger}`, () => {
    for (const row of rows.get(`calls of ${logger}`) ?? []) {
      it(`line ${row.line}: ${row.theirs} is ${row.ours}`, () => {
        const theirs = outcome(bench(), row.theirs)
        const ours = outcome(holdfastBench(), row.ours)

        assert.deepEqual(ours, theirs)
      })
    }
  })

  describe(`loggers of ${logger}`, () => {
    for (const row of rows.get(`loggers of ${logger}`) ?? []) {
      it(`line ${row.line}: ${row.theirs} is ${row.ours}`, () => {
        const theirs = outcome(bench(), `log = ${row.theirs}; ${PROBES[logger]}`).events
        const ours = outcome(holdfastBench(), `${lastAssigned(row.ours)}; ${PROBES['ours']}`).events

        assert.deepEqual(ours, theirs)
        assert.ok(ours.length > 0 || row.theirs.includes('false') || row.theirs.includes('silent'))
      })
    }
  })

  describe(`files of ${logger}`, { concurrency: true }, () => {
    for (const row of rows.get(`files of ${logger}`) ?? []) {
      it(`line ${row.line}: ${row.theirs} is ${row.ours}`, (test) => {
        const theirs = filesOf(test, row, logger)
        const ours = filesOf(test, row, 'holdfast')

        assert.ok(Object.keys(ours).length > 0)
        assert.deepEqual(ours, theirs)
      })
    }
  })
}

/** `init(…); get('x')` with the last of them as the logger. */
function lastAssigned(code: string): string {
  return code.replace(/(; )?([^;]+)$/, '$1log = $2')
}

/** What code logs, and what it answers if that is a boolean. */
function outcome(bench: Bench, code: string): { readonly events: readonly PlainEvent[]; readonly answer: boolean | undefined } {
  const { scope } = bench
  const values = { ...scope, user, error: new RangeError('too large'), order: { id: 7, items: 3 } }
  const statements = code.split('; ')
  const last = statements.pop() ?? ''
  const body = [...statements, /^if /.test(last) ? last : `return (${last})`].join('; ')
  try {
    const answer: unknown = new Function(...Object.keys(values), body)(...Object.values(values))
    return { events: bench.events(), answer: typeof answer === 'boolean' ? answer : undefined }
  } finally {
    bench.end()
  }
}

const IMPORTS: Readonly<Record<string, string>> = {
  pino: "import pino from 'pino'",
  winston: "import winston from 'winston'",
  bunyan: "import bunyan from 'bunyan'",
  holdfast: "import { fileAdapter, get, init } from 'holdfast'",
}

/** The messages in each file that a program writes with the logger of a row. */
function filesOf(test: TestContext, row: Row, logger: string): Readonly<Record<string, readonly string[]>> {
  const cwd = temporaryFolder(test)
  const start = logger === 'holdfast' ? `${row.ours}; const log = get()` : `const log = ${row.theirs}`
  // resolved from here, run there
  const source =
    `${IMPORTS[logger]}\n${start}\nlog.info('one'); log.error('two'); ${logger === 'pino' ? 'log.flush()' : ''}`.replace(
      /from '(\w+)'/,
      (_, name: string) => {
        return `from ${JSON.stringify(import.meta.resolve(name))}`
      },
    )
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', source], {
    cwd,
    env: cleanEnv(),
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  })
  assert.equal(status, 0, stderr)
  return Object.fromEntries(
    readdirSync(cwd)
      .sort()
      .map((name) => [
        name,
        readFileSync(`${cwd}/${name}`, 'utf8')
          .trim()
          .split('\n')
          .map((line) => {
            const { msg, message } = JSON.parse(line) as { readonly msg?: string; readonly message?: string }
            return msg ?? message ?? ''
          }),
      ]),
  )
}
