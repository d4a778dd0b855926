import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { listOptions } from '../dist/config/options.js'
import { takes } from '../dist/config/read-variable.js'
import { CONFIG_SCHEMA } from '../dist/config/schema.js'
import type { SchemaNode } from '../dist/config/schema-node.js'
import { LANE_SCHEMA } from '../dist/config/schema-sections.js'
import { REFUSED_VARIABLES, VARIABLES } from '../dist/config/variables.js'
import { resolve } from './fixtures/resolve.js'

const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
const options = listOptions(CONFIG_SCHEMA)

/** The cells of a table of the page, without its head. */
function table(name: string): readonly (readonly string[])[] {
  const [, block = ''] = new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- end ${name} -->`).exec(page) ?? []
  return block
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(2, -2)
        .split(' | ')
        .map((cell) => cell.trim()),
    )
}

function shownDefault(node: SchemaNode): string {
  if (node.defaultText !== undefined) return node.defaultText
  if (node.default === undefined) return 'none'
  return `\`${typeof node.default === 'string' ? node.default : JSON.stringify(node.default)}\``
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' ') || 'none'
}

describe('docs/configuration.md', () => {
  it('has a row for every option, with what it takes, its default, its variables and what changing it does', () => {
    const rows = options.map(({ path, node }) => {
      const names = VARIABLES.filter(({ option }) => option === path).flatMap(({ name, also }) => [name, ...also])
      return [`\`${path}\``, node.expected, shownDefault(node), quoted(names), node.description]
    })

    assert.deepEqual(table('options'), rows)
  })

  it('has a row for every option of a lane', () => {
    const rows = listOptions(LANE_SCHEMA).map(({ path, node }) => [
      `\`${path}\``,
      node.expected,
      shownDefault(node),
      node.description,
    ])

    assert.deepEqual(table('lanes'), rows)
  })

  it('has a row for every variable, with what it takes, the default and what it sets', () => {
    const rows = VARIABLES.map(({ name, also, kind, option, isFallback }) => {
      const node = options.find(({ path }) => path === option)?.node
      assert.ok(node !== undefined, option)
      const fallback = kind === 'duration' ? `\`${String(node.default)}ms\`` : shownDefault(node)
      return [`\`${name}\``, quoted(also), takes(kind) ?? node.expected, isFallback ? 'none' : fallback, `\`${option}\``]
    })

    assert.deepEqual(table('variables'), rows)
  })

  it('names what has no variable, and nothing else', () => {
    const [, list = ''] = /Not settable by a variable: ([\s\S]*?)\.\n/.exec(page) ?? []
    const withVariable = new Set(VARIABLES.map(({ option }) => option))
    const without = options
      .filter(({ path }) => !withVariable.has(path) && !path.startsWith('rateLimit.'))
      .map(({ path }) => `\`${path}\``)

    assert.deepEqual(list.split(/,\s/).sort(), without.sort())
  })
})

describe('the table of options', () => {
  it('says the defaults that are in force', () => {
    const settings = resolve({}) as unknown as Readonly<Record<string, Readonly<Record<string, unknown>>>>
    const sections = ['queue', 'ring', 'scrub', 'limits', 'lastWords']
    const documented = options.filter(
      ({ path, node }) => node.default !== undefined && sections.includes(path.split('.')[0] ?? ''),
    )

    assert.ok(documented.length > 25)
    for (const { path, node } of documented.filter(({ path }) => path !== 'queue.enabled')) {
      const [section = '', name = ''] = path.split('.')
      assert.deepEqual(settings[section]?.[name], node.default, path)
    }
  })

  it('has every option that settings have', () => {
    const settings = resolve({ rateLimit: { maxEvents: 1, intervalMs: 1 } }) as unknown as Readonly<Record<string, unknown>>
    const known = new Set(options.map(({ path }) => path))
    const sections = new Set([...known].filter((path) => path.includes('.')).map((path) => path.split('.')[0] ?? ''))

    for (const [name, value] of Object.entries(settings)) {
      const paths = sections.has(name) ? Object.keys(value as object).map((key) => `${name}.${key}`) : [name]
      for (const path of paths) assert.ok(known.has(path), path)
    }
  })

  it('gives every variable an option, and every name once', () => {
    const known = new Set(options.map(({ path }) => path))
    const names = [...VARIABLES.flatMap(({ name, also }) => [name, ...also]), ...Object.keys(REFUSED_VARIABLES)]

    assert.deepEqual(
      VARIABLES.filter(({ option }) => !known.has(option)),
      [],
    )
    assert.equal(new Set(names).size, names.length)
  })
})
