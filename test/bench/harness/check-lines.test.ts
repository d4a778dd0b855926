import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { CONTEXT, LOGGER, MESSAGE, orderFields, SECRET } from '../workload.js'
import { checkLines } from './check-lines.js'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function faults(lines: readonly string[], calls: number): readonly string[] {
  const file = join(folder, 'lines.log')
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''))
  return checkLines(file, calls, { perCall: 1, numbered: true, secret: SECRET }, 'full').faults
}

function line(index: number): string {
  return JSON.stringify({ logger: LOGGER, message: MESSAGE, context: CONTEXT, extra: orderFields(index) })
}

test('finds no fault in a file that holds each call once with all its context', () => {
  assert.deepEqual(faults([line(0), line(1), line(2)], 3), [])
})

test('finds a missing call behind a doubled one', () => {
  assert.deepEqual(faults([line(0), line(0), line(2)], 3), ['1 numbers are missing', '1 numbers are doubled or foreign'])
})

test('finds a line too few', () => {
  assert.deepEqual(faults([line(0)], 2), ['1 lines for 2 events', '1 numbers are missing'])
})

test('finds a line that is no JSON', () => {
  assert.deepEqual(faults([line(0), '{"extra":'], 2), ['1 lines are no JSON', '1 numbers are missing'])
})

test('finds a secret', () => {
  assert.deepEqual(faults([line(0).replace('EUR', SECRET)], 1), ['1 lines hold the secret'])
})

test('finds a line that carries less than it should', () => {
  assert.deepEqual(faults([line(0).replace(CONTEXT.request_id, '')], 1), ['a line lacks a part of the context'])
})
