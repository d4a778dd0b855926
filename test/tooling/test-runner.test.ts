import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Outcome, WorkspaceFixture } from './workspace-fixture.js'

const IMPORT = "import { before, describe, it, test } from 'node:test'\n"

interface RunOptions {
  /** Seconds that each file may take. */
  readonly timeLimit?: number
  readonly env?: Readonly<Record<string, string>>
}

const HANGING_FILES = {
  'leaves a handle open': `${IMPORT}test('a', () => { setInterval(() => {}, 1000) })`,
  'has a test that never settles': `${IMPORT}test('a', () => new Promise(() => {}))`, // Node 20 and 22 notice, Node 24 waits
  'blocks for ever': `${IMPORT}test('a', () => { for (;;); })`,
} as const

const FAULTY_FILES = {
  'throws on load': { code: "throw new Error('on load')", said: /on load/ },
  'exits with another code half-way': {
    code: `${IMPORT}test('a', () => process.exit(3)); test('b', () => {})`,
    said: /exit code 3/,
  },
  'exits with code 0 half-way': {
    code: `${IMPORT}test('a', () => process.exit(0)); test('b', () => {})`,
    said: /got none|ended early/,
  },
  'has no tests': { code: 'export {}', said: /got none/ },
  'has only an empty suite': { code: `${IMPORT}describe('a', () => {})`, said: /got none/ },
  'leaves a rejection unhandled after its tests': {
    code: `${IMPORT}test('a', () => { setTimeout(() => Promise.reject(new Error('late')), 20) })`,
    said: /late/,
  },
  'ends by a signal': { code: `${IMPORT}test('a', () => process.kill(process.pid, 'SIGKILL'))`, said: /SIGKILL/ },
  'sets an exit code though its tests pass': {
    code: `${IMPORT}test('a', () => { process.exitCode = 4 })`,
    said: /exit code 0, got 4/,
  },
  'fails in a hook': {
    code: `${IMPORT}describe('a', () => { it.before?.(() => {}); throw new Error('in the suite') })`,
    said: /in the suite/,
  },
} as const

for (const [title, { code, said }] of Object.entries(FAULTY_FILES)) {
  test(`a file that ${title} fails the run`, () => {
    using workspace = withTestFile(code)

    const outcome = runTests(workspace)

    assert.equal(outcome.exitCode, 1, outcome.text)
    assert.match(outcome.text, said)
    assert.match(lastLine(outcome), /^\d+ passed, [1-9]\d* failed, 0 skipped$/)
  })
}

for (const [title, code] of Object.entries(HANGING_FILES)) {
  test(`a file that ${title} fails the run in the end`, () => {
    using workspace = withTestFile(code)

    const outcome = runTests(workspace, { timeLimit: 2 })

    assert.equal(outcome.exitCode, 1)
    assert.match(outcome.text, /to end within 2 s; it was killed|still pending/)
  })
}

test('a file that leaves a process behind fails the run', {
  skip: process.platform !== 'linux' && 'only Linux has /proc',
}, () => {
  using workspace = withTestFile(
    `${IMPORT}import { spawn } from 'node:child_process'\ntest('a', () => { spawn('sleep', ['60'], { stdio: 'ignore' }).unref() })`,
  )

  const outcome = runTests(workspace)

  assert.equal(outcome.exitCode, 1)
  assert.match(outcome.text, /left behind, got \d+ \(sleep\)/)
})

test('tests, subtests and suites are counted, and each skip says its reason', () => {
  using workspace = withTestFile(`${IMPORT}
    test('parent', async (t) => { await t.test('kid', () => {}); await t.test('skipped kid', (kid) => kid.skip('at run time')) })
    describe('suite', () => { it('one', () => {}); it('two', { skip: 'for a reason' }, () => {}) })`)

  const outcome = runTests(workspace)

  assert.equal(outcome.exitCode, 0, outcome.text)
  assert.equal(lastLine(outcome), '3 passed, 0 failed, 2 skipped')
  assert.match(outcome.text, /parent › skipped kid: at run time/)
  assert.match(outcome.text, /suite › two: for a reason/)
})

test('a failure shows the difference and where it is', () => {
  using workspace = withTestFile(
    `${IMPORT}import assert from 'node:assert/strict'\ntest('differs', () => assert.deepEqual({ a: 1 }, { a: 2 }))`,
  )

  const outcome = runTests(workspace)

  assert.match(outcome.text, /^\s*\+ {3}a: 1$/m)
  assert.match(outcome.text, /a\.test\.js:3:\d+/)
})

test('a skip that needs a peer is a failure where peers are required', () => {
  using workspace = withTestFile(
    `${IMPORT}test('a', { skip: 'needs strace' }, () => {}); test('b', { skip: 'elsewhere' }, () => {})`,
  )

  const outcome = runTests(workspace, { env: { HOLDFAST_REQUIRE_PEERS: '1' } })

  assert.equal(outcome.exitCode, 1)
  assert.equal(lastLine(outcome), '0 passed, 1 failed, 1 skipped')
})

test('a compiled test whose source is gone does not run', () => {
  using workspace = withTestFile(`${IMPORT}test('a', () => {})`)
  workspace.write('packages/a/.test/stale.test.js', "throw new Error('stale')")

  const outcome = runTests(workspace)

  assert.equal(lastLine(outcome), '1 passed, 0 failed, 0 skipped')
})

test('a filter that fits no file fails the run', () => {
  using workspace = withTestFile(`${IMPORT}test('a', () => {})`)

  const outcome = workspace.run(['scripts/task.mjs', 'test', '--built', 'nowhere'])

  assert.equal(outcome.exitCode, 1)
  assert.match(outcome.text, /`nowhere` in their path, got none/)
})

test('variables that configure logging do not reach the tests', () => {
  using workspace = withTestFile(
    `${IMPORT}import assert from 'node:assert/strict'\ntest('a', () => assert.deepEqual([process.env.LOG_LEVEL, process.env.HOLDFAST_LEVEL], [undefined, undefined]))`,
  )

  const outcome = runTests(workspace, { env: { LOG_LEVEL: 'trace', HOLDFAST_LEVEL: 'trace' } })

  assert.equal(outcome.exitCode, 0, outcome.text)
})

function withTestFile(code: string): WorkspaceFixture {
  return new WorkspaceFixture({
    'package.json': '{ "type": "module", "engines": { "node": ">=20.19" } }',
    'tsconfig.json': '{ "references": [{ "path": "packages/a/test" }] }',
    'packages/a/test/tsconfig.json': '{ "compilerOptions": { "rootDir": ".", "outDir": "../.test" } }',
    'packages/a/test/a.test.ts': '',
    'packages/a/.test/a.test.js': code,
  })
}

function runTests(workspace: WorkspaceFixture, { timeLimit = 60, env = {} }: RunOptions = {}): Outcome {
  return workspace.run(['scripts/task.mjs', 'test', '--built', '--time-limit', String(timeLimit)], env)
}

function lastLine({ text }: Outcome): string {
  return text.trimEnd().split('\n').at(-1) ?? ''
}
