import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readSource } from './pages.js'

const page = readSource('docs/wire-format.md')
const layout = readSource('packages/core/src/ring/layout.ts')

describe('docs/wire-format.md', () => {
  it('has every field of a frame where the code puts it', () => {
    const words = tableOf('WORD').map(([name, index]) => [4 * index, 'int32', name] as const)
    const doubles = tableOf('DOUBLE').map(([name, index]) => [8 * index, 'float64', name] as const)
    const inForce = [...words, ...doubles].sort((a, b) => a[0] - b[0])

    assert.equal(inForce.length, 13)
    assert.deepEqual(rows(/^\| (\d+) +\| (\w+) +\| `(\w+)` /gm), inForce.map(texts))
  })

  it('has every kind of frame with its number', () => {
    assert.deepEqual(rows(/^\| `(\w+)` +\| (\d+) /gm), tableOf('KIND').map(texts))
  })

  it('says the lengths that are in force', () => {
    for (const name of ['FRAME_HEADER_BYTES', 'PAGE_BYTES']) {
      const [, value = ''] = new RegExp(`${name} = (\\d+)`).exec(layout) ?? []

      assert.match(page, new RegExp(`\\b${value} bytes`), name)
    }
  })
})

/** The members of a constant with their numbers. */
function tableOf(constant: string): readonly (readonly [name: string, value: number])[] {
  const [, body = ''] = new RegExp(`export const ${constant} = \\{([\\s\\S]*?)\\} as const`).exec(layout) ?? []
  return Array.from(body.matchAll(/\b(\w+): (\d+)/g), ([, name = '', value]) => [name, Number(value)] as const)
}

function rows(pattern: RegExp): readonly (readonly string[])[] {
  return Array.from(page.matchAll(pattern), (match) => match.slice(1))
}

function texts(row: readonly (string | number)[]): readonly string[] {
  return row.map(String)
}
