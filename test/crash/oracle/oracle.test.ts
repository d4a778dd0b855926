import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { COLUMNS, SHAPES } from '../columns.js'
import { ROWS } from '../rows.js'
import { breach } from './breach.js'
import { examine } from './examine.js'
import type { Findings } from './findings.js'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-oracle-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** A victim's folder with this text and counter. */
function examined(text: string, told: number, isPlanted = false): Findings {
  const [file, counterFile] = [join(folder, 'app.log'), join(folder, 'counter')]
  const counter = Buffer.alloc(8)
  counter.writeDoubleLE(told)
  writeFileSync(file, text)
  writeFileSync(counterFile, counter)
  return examine(file, counterFile, isPlanted)
}

function line(number: number): string {
  return `${JSON.stringify({ message: 'm', extra: { n: number } })}\n`
}

test('finds nothing when the file holds 1 to the counter', () => {
  const { lost, doubled, unparsable, torn } = examined(line(1) + line(2) + line(3), 3)

  assert.deepEqual({ lost, doubled, unparsable, torn }, { lost: 0, doubled: 0, unparsable: 0, torn: 0 })
})

test('counts a gap as lost even when a double hides it in the number of lines', () => {
  const { lost, doubled } = examined(line(1) + line(1) + line(3), 3)

  assert.deepEqual({ lost, doubled }, { lost: 1, doubled: 1 })
})

test('does not ask for events whose call had not returned', () => {
  const { lost } = examined(line(1) + line(2), 1)

  assert.equal(lost, 0)
})

test('counts a torn last line apart from broken lines inside', () => {
  const { unparsable, torn, lost } = examined(`${line(1)}{"extra":{"n"\n${line(2).slice(0, -5)}`, 2)

  assert.deepEqual({ unparsable, torn, lost }, { unparsable: 1, torn: 1, lost: 1 })
})

test('passes over lines of the logger itself', () => {
  const { lost, unparsable } = examined(`${line(1)}{"message":"3 events dropped"}\n`, 1)

  assert.deepEqual({ lost, unparsable }, { lost: 0, unparsable: 0 })
})

test('counts an event behind a later one', () => {
  const { disordered, lost, doubled } = examined(line(2) + line(1) + line(3), 3)

  assert.deepEqual({ disordered, lost, doubled }, { disordered: 1, lost: 0, doubled: 0 })
})

test('misses exactly the planted event', () => {
  const { lost } = examined(line(1) + line(2), 2, true)

  assert.equal(lost, 1)
})

const NOTHING: Findings = { told: 10_000, lost: 0, doubled: 0, disordered: 0, unparsable: 0, torn: 0, bytesPerLine: 400 }

for (const [row, column, shape, found, expected] of [
  ['holdfast-call', 'sigkill', 'burst', { lost: 1 }, '1 events lost, at most 0 allowed'],
  ['holdfast-call', 'sigkill', 'burst', { torn: 1 }, undefined],
  ['holdfast-call', 'exit', 'burst', { torn: 1 }, 'the file ends within a line'],
  ['holdfast-call', 'exit', 'burst', { doubled: 2 }, '2 events doubled'],
  ['holdfast-call', 'exit', 'burst', { unparsable: 1 }, '1 lines are no JSON'],
  ['holdfast-tick', 'sigterm', 'trickle', { lost: 1 }, '1 events lost, at most 0 allowed'],
  ['holdfast-tick', 'sigkill', 'trickle', { lost: 50 }, undefined],
  ['holdfast-tick', 'sigkill', 'trickle', { lost: 51 }, '51 events lost, at most 50 allowed'],
  ['holdfast-tick', 'sigkill', 'burst', { lost: 164 }, undefined],
  ['holdfast-tick', 'sigkill', 'burst', { lost: 165 }, '165 events lost, at most 164 allowed'],
  ['holdfast-call', 'exit', 'burst', { disordered: 3 }, '3 events out of order'],
  ['holdfast-process', 'sigkill', 'burst', { lost: 1 }, '1 events lost, at most 0 allowed'],
  ['holdfast-process', 'sigkill', 'burst', { torn: 1 }, 'the file ends within a line'],
  ['holdfast-process', 'writer-killed', 'burst', { doubled: 1 }, '1 events doubled'],
  ['holdfast-thread', 'sigkill', 'burst', { lost: 9000 }, undefined],
  ['holdfast-thread', 'sigterm', 'burst', { lost: 9000 }, undefined],
  ['holdfast-thread', 'blocked', 'burst', { lost: 1 }, '1 events lost, at most 0 allowed'],
  ['holdfast-thread', 'exit', 'burst', { lost: 1 }, '1 events lost, at most 0 allowed'],
  ['pino-async', 'sigkill', 'burst', { lost: 9977 }, undefined],
] as const) {
  const happened = JSON.stringify(found)
  test(`${row} at ${column} in a ${shape} with ${happened}: ${expected ?? 'keeps its promise'}`, () => {
    const place = [the(ROWS, row), the(COLUMNS, column), the(SHAPES, shape)] as const

    assert.equal(breach(...place, { ...NOTHING, ...found }), expected)
  })
}

function the<T extends { readonly id: string }>(list: readonly T[], id: string): T {
  const found = list.find((candidate) => candidate.id === id)
  assert.ok(found)
  return found
}
