import { describe, it, type TestContext } from 'node:test'
import type { AdapterSuite } from './adapter-suite.js'
import { CONTRACT } from './contract.js'
import type { Rule } from './rule.js'
import { TestRoom, type Way } from './test-room.js'

const TEST_TIMEOUT_MS = 30_000

/**
 * Declares the contract of `docs/adapter-contract.md` as tests of one adapter, a test for each line of it, with `node:test`.
 * Rules that need a hook that is not given, or a method that the adapter does not have, are shown as skipped, with the reason.
 *
 * @example
 * ```ts
 * describeAdapter({
 *   name: 'file',
 *   recipe: (dir) => fileAdapter({ path: join(dir, 'app.log') }),
 *   readBack: (dir) => readFileSync(join(dir, 'app.log'), 'utf8').split('\n').slice(0, -1),
 *   factory: fileAdapter,
 *   badOptions: { maxBytes: -1, mode: 'everyone' },
 * })
 * ```
 */
export function describeAdapter(suite: AdapterSuite): void {
  refuseUnknownSkips(suite)
  describe(`adapter contract: ${suite.name}`, () => {
    for (const chapter of CONTRACT) {
      describe(chapter.title, () => {
        for (const rule of chapter.rules) {
          const skip = skipReason(rule, suite)
          it(rule.title, { timeout: TEST_TIMEOUT_MS, skip: skip ?? false }, (context) => runRule(rule, suite, context))
        }
      })
    }
  })
}

async function runRule(rule: Rule, suite: AdapterSuite, context: TestContext): Promise<void> {
  const missing = await missingMethods(suite, rule.ifHas ?? [])
  if (missing.length > 0) return context.skip(`the adapter has no ${missing.join(' and no ')}`)
  await runCheck(rule, suite, 'write')
  if (rule.bothWays !== true || (await missingMethods(suite, ['writeSync'])).length > 0) return
  try {
    await runCheck(rule, suite, 'writeSync')
  } catch (cause) {
    throw new Error(`Through \`writeSync\`: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}

async function runCheck(rule: Rule, suite: AdapterSuite, way: Way): Promise<void> {
  const room = await TestRoom.enter(suite, way)
  try {
    await rule.check(room)
  } finally {
    await room.leave()
  }
}

/** Asks an adapter of its own, in a room of its own: what a rule finds must not depend on it. */
async function missingMethods(suite: AdapterSuite, methods: NonNullable<Rule['ifHas']>): Promise<readonly string[]> {
  if (methods.length === 0) return []
  const room = await TestRoom.enter(suite, 'write')
  try {
    const adapter = methods.includes('resume') ? room.openAtHome() : room.open()
    return methods.filter((method) => adapter[method] === undefined)
  } finally {
    await room.leave()
  }
}

function skipReason(rule: Rule, suite: AdapterSuite): string | undefined {
  const missing = rule.needs?.filter((hook) => suite[hook] === undefined) ?? []
  return suite.skip?.[rule.title] ?? (missing.length > 0 ? `the suite was given no ${missing.join(' and no ')}` : undefined)
}

function refuseUnknownSkips(suite: AdapterSuite): void {
  const titles = CONTRACT.flatMap(({ rules }) => rules.map(({ title }) => title))
  const unknown = Object.keys(suite.skip ?? {}).filter((title) => !titles.includes(title))
  if (unknown.length === 0) return
  throw new TypeError(`Expected \`skip\` to name rules of the adapter contract, got \`${unknown.join('`, `')}\`.`)
}
