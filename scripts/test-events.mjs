import { AssertionError } from 'node:assert'
import { inspect } from 'node:util'

/**
 * A reporter of node:test: one line of JSON per result of one test file. The last line says that the file came to its end,
 * which tells a finished file from one that called `process.exit` half-way.
 */
export default async function* testEvents(source) {
  const names = []
  for await (const { type, data } of source) {
    if (type === 'test:start') names[data.nesting] = data.name
    const name = [...names.slice(0, data?.nesting), data?.name].join(' › ')
    const event = toEvent(type, data, name)
    if (event !== undefined) yield `${JSON.stringify(event)}\n`
  }
  yield `${JSON.stringify({ type: 'end' })}\n`
}

function toEvent(type, data, name) {
  if (type === 'test:diagnostic' && data.message.includes('generated asynchronous activity after the test ended')) {
    return { type: 'fail', name: 'after the tests', text: data.message }
  }
  if (type !== 'test:pass' && type !== 'test:fail') return undefined
  const reason = reasonToSkip(data)
  if (reason !== undefined) return { type: 'skip', name, reason }
  if (type === 'test:fail') return isCausedBelow(data) ? undefined : { type: 'fail', name, text: describe(data.details.error) }
  return data.details.type === 'suite' ? undefined : { type: 'pass', name, ms: data.details.duration_ms }
}

/** `todo` counts as skipped: node:test runs it, but its result does not matter. */
function reasonToSkip({ skip, todo }) {
  if (skip !== undefined && skip !== false) return typeof skip === 'string' && skip !== '' ? skip : 'no reason given'
  if (todo !== undefined && todo !== false) return typeof todo === 'string' && todo !== '' ? `todo: ${todo}` : 'todo'
  return undefined
}

/** The failure of a subtest is reported by itself; its parents would only repeat it. */
function isCausedBelow(data) {
  return data.details.error?.failureType === 'subtestsFailed'
}

function describe(error) {
  const cause = error?.code === 'ERR_TEST_FAILURE' && error.cause !== undefined ? error.cause : error
  if (cause instanceof AssertionError && cause.generatedMessage && cause.cause === undefined) return cause.stack
  return typeof cause === 'string' ? cause : inspect(cause, { depth: 6 })
}
