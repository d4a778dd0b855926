import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { CONSOLE_VARIABLES } from '@holdfast/console'
import { EVENTLOG_VARIABLES } from '@holdfast/eventlog'
import { FILE_VARIABLES } from '@holdfast/file'
import { GRAYLOG_VARIABLES } from '@holdfast/graylog'
import { JOURNALD_VARIABLES } from '@holdfast/journald'

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')

/** The rows of a table between its markers, as lists of cells without the spaces that align them. */
function rowsOf(name: string): readonly (readonly string[])[] {
  const [, table] = new RegExp(`<!-- ${name} -->([\\s\\S]*?)<!-- end ${name} -->`).exec(page) ?? []
  const rows = table?.trim().split('\n').slice(2) ?? []
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

describe('docs/configuration.md', () => {
  for (const [name, variables] of [
    ['console variables', CONSOLE_VARIABLES],
    ['file variables', FILE_VARIABLES],
    ['journald variables', JOURNALD_VARIABLES],
    ['eventlog variables', EVENTLOG_VARIABLES],
    ['graylog variables', GRAYLOG_VARIABLES],
  ] as const) {
    it(`lists the ${name} with both spellings, as the adapter describes them`, () => {
      const described = variables.map((variable) => [`\`HOLDFAST_${variable.name}\` \`LOG_${variable.name}\``, variable.meaning])

      assert.deepEqual(rowsOf(name), described)
    })
  }
})
