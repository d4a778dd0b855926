import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'

const FLOOD = fileURLToPath(new URL('children/flood.js', import.meta.url))
const SHOW = fileURLToPath(new URL('children/show.js', import.meta.url))
const COUNT = 5000

const folder = mkdtempSync(join(tmpdir(), 'holdfast-console-'))
after(() => rmSync(folder, { recursive: true, force: true }))

interface Report {
  readonly code: number
  readonly codes: readonly string[]
  readonly stalls: number
  readonly state: string
}

/** Runs the child with its stderr in a real pipe to a shell command, and returns what that printed. */
function flood(name: string, reader: string): { readonly output: string; readonly report: Report } {
  const file = join(folder, name)
  const script = `"$1" "$2" "$3" ${COUNT} 2>&1 >/dev/null | ${reader}`
  const output = execFileSync('sh', ['-c', script, 'sh', process.execPath, FLOOD, file], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    timeout: 120_000,
  })
  waitFor(file)
  return { output, report: JSON.parse(readFileSync(file, 'utf8')) as Report }
}

/** The reader may end before the child does. */
function waitFor(file: string): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  for (let turn = 0; turn < 500 && (!existsSync(file) || readFileSync(file, 'utf8') === ''); turn++)
    Atomics.wait(sleeper, 0, 0, 20)
}

describe('a real pipe', () => {
  test('with a slow reader loses, doubles and cuts nothing', () => {
    const { output, report } = flood('slow', '(while [ ! -e "$3.full" ]; do sleep 0.05; done; cat)')

    const numbers = output.split('\n').slice(0, -1)
    assert.equal(numbers.length, COUNT)
    for (const [index, line] of numbers.entries()) assert.equal(line, `record-${String(index + 1).padStart(6, '0')} 映像 `)
    assert.deepEqual({ ...report, stalls: 0 }, { code: 0, codes: [], stalls: 0, state: 'ok' })
    assert.ok(report.stalls > 0)
  })

  test('whose reader is gone makes EPIPE, again and again, and leaves the application alone', () => {
    const { report } = flood('gone', 'true')

    assert.deepEqual({ ...report, stalls: 0 }, { code: 0, codes: ['EPIPE', 'EPIPE', 'EPIPE'], stalls: 0, state: 'down' })
  })
})

describe('a process', () => {
  const env = { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', COLORTERM: 'truecolor', TZ: 'UTC' }
  const PRETTY = /^\d\d:\d\d:\d\d\.\d{3} INFO {2}testkit {6}hello/

  function piped(options: object, more: Readonly<Record<string, string>> = {}): string {
    return execFileSync(process.execPath, [SHOW, JSON.stringify(options)], {
      encoding: 'utf8',
      env: { ...env, ...more },
    }).replaceAll('\u001b', '␛')
  }

  test('writes canonical lines into a pipe, with and without colour asked for', () => {
    assert.match(piped({}), /^\{"v":1,.*\}\n$/)
    assert.equal(piped({ color: 'always' }), piped({}))
    assert.equal(piped({}, { FORCE_COLOR: '1' }), piped({}))
  })

  test('writes pretty lines into a pipe when asked, in colour only when forced', () => {
    assert.match(piped({ format: 'pretty' }), PRETTY)
    assert.match(piped({ format: 'pretty' }, { FORCE_COLOR: '1' }), /␛\[32mINFO/)
    assert.match(piped({ format: 'pretty' }, { FORCE_COLOR: '1', NO_COLOR: '1' }), PRETTY)
  })

  test('never wraps a line into a pipe', () => {
    const line = piped({ format: 'pretty', template: `{message}${'x'.repeat(5000)}` }, { COLUMNS: '80' })

    assert.equal(line, `hello${'x'.repeat(5000)}\n`)
  })

  test('writes pretty lines in colour to a terminal', {
    skip: existsSync('/usr/bin/script') ? false : 'needs script(1)',
  }, () => {
    const onTerminal = (more: Readonly<Record<string, string>>): string =>
      execFileSync('script', ['-qec', `"${process.execPath}" "${SHOW}"`, '/dev/null'], {
        encoding: 'utf8',
        env: { ...env, ...more },
      }).replaceAll('\u001b', '␛')

    assert.match(onTerminal({}), /␛\[2m\d\d:\d\d:\d\d\.\d{3}␛\[22m ␛\[32mINFO/)
    assert.match(onTerminal({ NO_COLOR: '1' }), PRETTY)
    assert.match(onTerminal({ TERM: 'dumb' }), PRETTY)
  })
})
