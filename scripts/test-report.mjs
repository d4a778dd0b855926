import { styleText } from 'node:util'
import { mapPositions } from './source-position.mjs'

/** Skips for this reason are failures where the peers have to be there: see CONTRIBUTING.md. */
const MISSING_PEER = /^needs /

/** Prints one file: a line with its counts, then its failures and skips; every test when `isVerbose`. */
export function reportFile(result, { isVerbose }) {
  failMissingPeers(result)
  const { source, passed, failed, skipped, seconds } = result
  const counts = [
    `${passed.length} passed`,
    failed.length > 0 ? paint('red', `${failed.length} failed`) : '',
    skipped.length > 0 ? paint('yellow', `${skipped.length} skipped`) : '',
  ]
  const mark = failed.length > 0 ? paint('red', '✗') : paint('green', '✓')
  console.log(`${mark} ${source}   ${counts.filter(Boolean).join(', ')}   ${seconds.toFixed(2)} s`)
  if (isVerbose) for (const { name, ms } of passed) console.log(`    ${paint('green', '✓')} ${name}   ${ms.toFixed(1)} ms`)
  for (const { name, reason } of skipped) console.log(`    ${paint('yellow', '–')} ${name}: ${reason}`)
  for (const { name, text } of failed) console.log(`\n    ${paint('red', '✗')} ${name}\n${indent(mapPositions(text))}`)
  if (failed.length === 0) return
  if (result.text.trim() !== '') console.log(`\n    what it printed last\n${indent(mapPositions(result.text))}`)
  console.log('')
}

/** Prints the failures once more by name, then the line of counts; returns the exit code. */
export function reportSummary(results) {
  const failures = results.flatMap(({ source, failed }) => failed.map(({ name }) => `${source}: ${name}`))
  if (failures.length > 0) console.log(`\n${failures.map((line) => `${paint('red', '✗')} ${line}`).join('\n')}`)
  const total = (key) => results.reduce((sum, result) => sum + result[key].length, 0)
  console.log(`\n${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`)
  return failures.length > 0 ? 1 : 0
}

function failMissingPeers(result) {
  if (process.env.HOLDFAST_REQUIRE_PEERS !== '1') return
  for (const { name, reason } of result.skipped.filter((skip) => MISSING_PEER.test(skip.reason))) {
    result.failed.push({ name, text: `Expected no peer to be missing because HOLDFAST_REQUIRE_PEERS is 1, got \`${reason}\`.` })
  }
  result.skipped = result.skipped.filter((skip) => !MISSING_PEER.test(skip.reason))
}

function indent(text) {
  const lines = text.trimEnd().split('\n')
  return lines
    .filter((line) => !/^\s+at .*\bnode:(internal|async_hooks)\b/.test(line))
    .map((line) => `      ${line}`.trimEnd())
    .join('\n')
}

function paint(style, text) {
  return process.stdout.isTTY && !process.env.NO_COLOR ? styleText(style, text) : text
}
