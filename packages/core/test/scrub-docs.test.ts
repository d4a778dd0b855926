import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { makeEncoder } from './encode-fixture.js'

type Row = readonly string[]

/** The rows of all tables of `docs/scrubbing.md` with these columns; of each cell the pieces in code marks, when it has any. */
function rowsOf(...columns: readonly string[]): Row[] {
  const lines = readFileSync(new URL('../../../docs/scrubbing.md', import.meta.url), 'utf8').split('\n')
  const head = columns.join(' | ')
  const rows = lines.flatMap((line, index) => (cellsOf(line).join(' | ') === head ? rowsAfter(lines, index + 2) : []))
  assert.ok(rows.length > 0, `no table with the columns ${head}`)
  return rows
}

/** Formatters pad the cells of a table. */
function cellsOf(line: string): Row {
  return line
    .slice(1, -1)
    .split(/\s\|\s/)
    .map((cell) => cell.trim())
}

function rowsAfter(lines: readonly string[], from: number): Row[] {
  const end = lines.findIndex((line, index) => index >= from && !line.startsWith('|'))
  return lines.slice(from, end).map(cellsOf)
}

function codes(cell: string | undefined): string[] {
  const found = [...(cell ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] as string)
  assert.ok(found.length > 0, `no example in ${cell}`)
  return found
}

function message(text: string): unknown {
  return JSON.parse(makeEncoder().encoder.message('test', text))
}

describe('docs/scrubbing.md', () => {
  for (const [names] of rowsOf('Name', 'Matches')) {
    for (const name of codes(names)) {
      it(`is right that ${name} is a secret`, () => {
        for (const value of ['text', 7, true, { a: 1 }, [1], new Error('x')]) {
          assert.deepEqual(makeEncoder().extra({ deep: { [name]: value } }), { deep: { [name]: '[REDACTED]' } })
        }
        assert.deepEqual(makeEncoder().extra({ [name]: null }), { [name]: null })
      })
    }
  }

  for (const [names] of rowsOf('Name', 'Stays because')) {
    for (const name of codes(names)) {
      it(`is right that ${name} is none`, () => {
        assert.deepEqual(makeEncoder().extra({ [name]: 'value' }), { [name]: 'value' })
      })
    }
  }

  for (const [what, written, becomes] of rowsOf('What', 'Written', 'Becomes')) {
    it(`is right about ${what}: ${written}`, () => {
      assert.equal(message(codes(written)[0] as string), codes(becomes)[0])
    })
  }

  for (const [what, text] of [...rowsOf('What', 'Stays'), ...rowsOf('What', 'Passes', 'What to do')]) {
    it(`is right that nothing is replaced in ${what}: ${text}`, () => {
      const original = codes(text)[0] as string

      assert.equal(message(original), original)
    })
  }

  it('has examples in all its tables', () => {
    const counts = [
      rowsOf('Name', 'Matches'),
      rowsOf('Name', 'Stays because'),
      rowsOf('What', 'Written', 'Becomes'),
      rowsOf('What', 'Stays'),
      rowsOf('What', 'Passes', 'What to do'),
    ].map((rows) => rows.length)

    assert.ok(Math.min(...counts) >= 5, String(counts))
  })
})
