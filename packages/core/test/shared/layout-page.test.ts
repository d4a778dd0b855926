import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { DropCounts } from '../../dist/lane/drop-counts.js'
import {
  CONTROL,
  LANE,
  LANE_BYTES,
  LANE_COPY_AT,
  LANE_COPY_BYTES,
  LANE_NUMBER,
  LANE_NUMBERS,
  LANE_STATES,
  LANE_TEXT_AT,
  LANES_AT,
  MAX_LANES,
  NUMBER,
  PRODUCER_BYTES,
  ROW,
  ROW_BYTES,
  ROWS_AT,
  TOLD_AT,
  TOLD_BYTES,
  WRITER_AT,
  WRITER_BYTES,
} from '../../dist/ring/shared/layout.js'

const page = readFileSync(new URL('../../../../docs/wire-format.md', import.meta.url), 'utf8')

/** The rows `| index | name |` of the tables below a heading, as they stand there. */
function tables(heading: string, column: 'Word' | 'Double'): readonly (readonly [string, number])[] {
  const [, section = ''] = page.split(`### ${heading}\n`)
  const [body = ''] = section.split('\n### ')
  const [, table = ''] = body.split(new RegExp(`\\| ${column} +\\|`))
  const [rows = ''] = table.split('\n\n')
  return Array.from(rows.matchAll(/^\| (\d+) +\| `(\w+)`/gm), ([, index, name]) => [name as string, Number(index)] as const)
}

describe('the page on the wire format', () => {
  it('has every number of a region where it is', () => {
    assert.deepEqual(tables('Control page', 'Word'), Object.entries(CONTROL))
    assert.deepEqual(tables('Control page', 'Double'), Object.entries(NUMBER))
    assert.deepEqual(tables('Publishing', 'Double'), Object.entries(ROW))
    assert.deepEqual(tables('Lanes', 'Word'), Object.entries(LANE))
    assert.deepEqual(tables('Lanes', 'Double'), Object.entries(LANE_NUMBER))
  })

  it('draws its parts where they are', () => {
    for (const text of [
      ` 0          ${LANES_AT}                      ${TOLD_AT}    ${ROWS_AT}  `,
      `${LANE_BYTES} each                 ${TOLD_BYTES}    ${ROW_BYTES} each`,
      ` 0          ${LANE_COPY_AT}                 ${LANE_COPY_AT + LANE_COPY_BYTES}                ${LANE_TEXT_AT}              ${LANE_BYTES}`,
      `(bytes 0 to ${PRODUCER_BYTES - 1})`,
      `(${WRITER_AT} to ${WRITER_AT + WRITER_BYTES - 1})`,
      `And the ${DropCounts.LENGTH - 1} that follow`,
      LANE_STATES.map((state) => `\`${state}\``).join(', '),
    ])
      assert.ok(page.includes(text), text)
    assert.equal(MAX_LANES, 24)
    assert.ok(LANE_NUMBERS * 8 <= LANE_COPY_BYTES)
  })
})
