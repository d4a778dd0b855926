import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import type { TestContext } from 'node:test'
import { PATIENCE_MS } from '../fixtures/patience.js'
import { NO_REGISTRY, type PeerProject } from '../fixtures/peer-project.js'
import { cleanEnv } from '../fixtures/spawn.js'

const BODY = `
const log = get('orders')

describe('captures', () => {
  for (let n = 0; n < 50; n++) {
    it.concurrent('test ' + n, async () => {
      const logs = captureLogs()
      for (let step = 0; step < 5; step++) {
        log.info('step', { n })
        await new Promise((resolve) => setTimeout(resolve, step))
      }
      logs.stop()
      const seen = logs.records.map(({ extra }) => extra.n)
      if (String(seen) !== String([n, n, n, n, n])) throw new Error(n + ' saw ' + seen)
    })
  }

  it('have equal records in every process', () => {
    const logs = captureLogs()
    bind({ requestId: 'req-18' }, () => log.error('failed', new RangeError('too large'), { at: new Date(0), of: new Map([['a', 1]]) }))
    logs[Symbol.dispose ?? Symbol.for('Symbol.dispose')]()
    const [{ event_id, error, extra, context }] = logs.records
    expect({ event_id, type: error.type, extra, context }).toEqual({
      event_id: '019b76da-a800-7426-a4f9-425900000001',
      type: 'RangeError',
      extra: { at: '1970-01-01T00:00:00.000Z', of: { a: 1 } },
      context: expect.objectContaining({ service: 'test', request_id: 'req-18', process_id: 1 }),
    })
    logs.expect({ message: /^fail/, extra: { at: expect.any(String) } })
  })

  it('tell what is missing', () => {
    const logs = captureLogs()
    log.info('order placed', { items: 3 })
    logs.expect({ message: 'order placed', extra: { items: expect.any(String) } })
  })
})

describe('captures made in a hook', () => {
  let logs
  beforeEach(() => {
    logs = captureLogs({ scope: 'process' })
  })
  afterEach(() => logs.stop())

  it('have what the test logs', () => {
    log.info('one')
    expect(logs.messages).toEqual(['one'])
  })
  it('start anew for the next', () => {
    log.info('two')
    expect(logs.messages).toEqual(['two'])
  })
})
`
/** A file of tests as an ES module. */
export const ESM = `import { bind, get } from 'holdfast'\nimport { captureLogs } from 'holdfast/testing'\n${BODY}`
/** The same in CommonJS. */
export const COMMONJS = `const { bind, get } = require('holdfast')\nconst { captureLogs } = require('holdfast/testing')\n${BODY}`

/** What Vitest and Jest report as JSON. */
export interface Summary {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly { readonly assertionResults: readonly { readonly failureMessages: readonly string[] }[] }[]
}

/** Each file has 53 tests that pass and one that is meant to fail. */
export function assertAsExpected({ numPassedTests, numFailedTests, testResults }: Summary, files: number, more = 0): void {
  const failures = testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ failureMessages }) => failureMessages),
  )
  assert.deepEqual([numPassedTests, numFailedTests], [53 * files + more, files], failures.join('\n\n'))
  for (const failure of failures) {
    assert.match(
      failure,
      /got 1 record:\n {2}1 {2}INFO {2}orders order placed {2}items=3\nNearest is 1: extra\.items is 3, expected Any<String>\./,
    )
  }
}

/** Runs a program of the peers in a blank project; skips the test without peers. */
export function run(
  peers: PeerProject | undefined,
  test: TestContext,
  program: string,
  args: readonly string[],
  files: Readonly<Record<string, string>>,
  nodeArgs: readonly string[] = [],
): Summary | undefined {
  if (peers === undefined) {
    test.skip(NO_REGISTRY)
    return undefined
  }
  const cwd = peers.blank(files)
  const { stdout, stderr } = spawnSync(process.execPath, [...nodeArgs, peers.program(program), ...args], {
    cwd,
    env: cleanEnv({ NODE_ENV: 'test', NO_COLOR: '1' }),
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  })
  const json = stdout.slice(Math.max(0, stdout.indexOf('{')))
  assert.ok(json.endsWith('}\n') || json.endsWith('}'), `${stdout}${stderr}`)
  return JSON.parse(json) as Summary
}
