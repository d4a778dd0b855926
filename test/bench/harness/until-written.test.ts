import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { orderFields } from '../workload.js'
import { lastNumber, untilWritten } from './until-written.js'

const directory = mkdtempSync(join(tmpdir(), 'until-written-'))
after(() => rmSync(directory, { recursive: true }))
const line = (index: number): string => `${JSON.stringify({ message: 'x', extra: orderFields(index) })}\n`

describe('untilWritten', () => {
  it('knows the number of the call behind the last line', () => {
    const file = join(directory, 'last.log')
    appendFileSync(file, line(0) + line(1))

    const last = lastNumber(file)

    assert.equal(last, 1)
  })

  it('does not take a torn line for written', () => {
    const file = join(directory, 'torn.log')
    appendFileSync(file, line(0) + line(1).slice(0, -1))

    const last = lastNumber(file)

    assert.equal(last, undefined)
  })

  it('waits for a file that is not there yet', async () => {
    const file = join(directory, 'late.log')

    const waiting = untilWritten(file, 2)
    appendFileSync(file, line(1))
    appendFileSync(file, line(2))

    await waiting
  })
})
