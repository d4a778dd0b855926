import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { DIAGNOSTIC_LEVELS } from 'holdfast'
import { readSource } from './pages.js'

const page = readSource('docs/diagnostics.md')
const catalogue = readSource('packages/core/src/diagnostics/catalogue.ts')

/** What is said of one diagnostic. */
interface Entry {
  readonly level: string
  readonly fields: readonly string[]
}

describe('docs/diagnostics.md', () => {
  it('has every diagnostic with its level and the fields of its payload, in the order of the catalogue', () => {
    const inForce = payloads().map(([name, fields]) => [
      name,
      { level: DIAGNOSTIC_LEVELS[name as keyof typeof DIAGNOSTIC_LEVELS], fields },
    ])

    assert.ok(inForce.length > 20)
    assert.deepEqual([...documented()], inForce)
  })

  it('has no diagnostic without a level', () => {
    assert.deepEqual(
      Object.keys(DIAGNOSTIC_LEVELS),
      payloads().map(([name]) => name),
    )
  })

  it('says when each appears and what to do', () => {
    const silent = sections().filter(([, body]) => !/^When: /m.test(body) || !/^What to do: /m.test(body))

    assert.deepEqual(
      silent.map(([name]) => name),
      [],
    )
  })

  it('names every reason for which an event is dropped or refused', () => {
    const reasons = [...literalsOf('DropReason'), ...literalsOf('RefuseReason')]
    const rows = Array.from(page.matchAll(/^\| `(\w+)` /gm), ([, reason]) => reason)

    assert.ok(reasons.length > 10)
    assert.deepEqual(rows, reasons)
  })
})

/** Headings that are the name of a diagnostic, with what stands below. */
function sections(): readonly (readonly [name: string, body: string])[] {
  return page
    .split(/^### /m)
    .slice(1)
    .map((part) => [/^`(\w+)`/.exec(part)?.[1] ?? '', part] as const)
    .filter(([name]) => name !== '')
}

function documented(): readonly (readonly [name: string, entry: Entry])[] {
  return sections().map(([name, body]) => {
    const [, level = '', list = ''] = /^Level: (\w+)\. Payload: (.+)\.$/m.exec(body) ?? []
    return [name, { level, fields: Array.from(list.matchAll(/`(\w+)`/g), ([, field = '']) => field) }] as const
  })
}

/** Names and fields as the source has them. */
function payloads(): readonly (readonly [name: string, fields: readonly string[]])[] {
  const [, body = ''] = /export interface DiagnosticPayloads \{\n([\s\S]*?)\n\}/.exec(catalogue) ?? []
  return Array.from(body.matchAll(/^ {2}(\w+): \{([\s\S]*?)\}$/gm), ([, name = '', fields = '']) => [
    name,
    Array.from(fields.matchAll(/readonly (\w+):/g), ([, field = '']) => field),
  ])
}

/** The members of a union of texts. */
function literalsOf(type: string): readonly string[] {
  const [, body = ''] = new RegExp(`export type ${type} =([\\s\\S]*?)\\n\\n`).exec(catalogue) ?? []
  return Array.from(body.replaceAll(/\/\*\*.*?\*\//g, '').matchAll(/'(\w+)'/g), ([, reason = '']) => reason)
}
