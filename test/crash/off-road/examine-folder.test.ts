import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { examineFolder } from './examine-folder.js'

const scratch = mkdtempSync(join(tmpdir(), 'holdfast-oracle-'))
after(() => rmSync(scratch, { recursive: true, force: true }))

describe('the oracle of folders', () => {
  const line = (who: string, n: number): string => `${JSON.stringify({ message: 'said', extra: { who, n } })}\n`
  const examined = (
    files: Readonly<Record<string, string | Buffer>>,
    counters: Readonly<Record<string, number>>,
    foreign: readonly string[] = [],
  ) => {
    const folder = mkdtempSync(join(scratch, 'oracle-'))
    for (const name of ['logs', 'counters']) mkdirSync(join(folder, name))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, 'logs', name), text)
    for (const [who, count] of Object.entries(counters))
      writeFileSync(join(folder, 'counters', who), Buffer.from(new Float64Array([count]).buffer))
    return examineFolder(join(folder, 'logs'), join(folder, 'counters'), foreign)
  }
  const CLEAN = { told: 3, lost: 0, doubled: 0, disordered: 0, unparsable: 0, touched: 0 }

  it('finds what several files hold together, compressed ones too', () => {
    const files = { 'app.log': line('root', 3), 'app.1.log.gz': gzipSync(line('root', 1) + line('root', 2)) }

    assert.deepEqual(examined(files, { root: 3 }), CLEAN)
  })

  it('counts what is in no file, in two, or behind a later one', () => {
    const files = { 'app.log': line('root', 2) + line('root', 1), 'app.1.log': line('root', 1) }

    assert.deepEqual(examined(files, { root: 3 }), { ...CLEAN, lost: 1, doubled: 1, disordered: 1 })
  })

  it('counts lines that are no JSON, and texts of others that are gone', () => {
    const files = { 'app.log': `${line('root', 1)}{"half\nmine\n${line('root', 2)}${line('root', 3)}` }

    assert.deepEqual(examined(files, { root: 3 }, ['mine\n', 'theirs\n']), { ...CLEAN, unparsable: 1, touched: 1 })
  })
})
