import assert from 'node:assert/strict'
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { temporaryFolder } from '../fixtures/spawn.js'
import { type Account, account, logFiles } from './oracle.js'

/** What the oracle finds in files with these events of one producer whose counter says 3. */
async function found(test: TestContext, files: readonly string[], isPlanted = false): Promise<Account> {
  const folder = temporaryFolder(test)
  const counters = join(folder, 'counters')
  mkdirSync(counters)
  const counter = Buffer.alloc(8)
  counter.writeDoubleLE(3)
  writeFileSync(join(counters, '1'), counter)
  const paths = files.map((text, index) => {
    const path = join(folder, String(index))
    writeFileSync(path, text)
    return path
  })
  return account(paths, counters, { isPlanted })
}

function events(...numbers: readonly number[]): string {
  return numbers.map((n) => `${JSON.stringify({ message: 'm', extra: { producer: 1, n } })}\n`).join('')
}

describe('the oracle of the soak', () => {
  for (const [title, files, expected] of [
    ['finds nothing when all are there, over several files', [events(1, 2), events(3)], {}],
    ['does not ask for the one whose call had not returned', [events(1, 2, 3, 4)], {}],
    ['counts what is missing', [events(1, 3)], { lost: 1 }],
    ['counts what is there twice', [events(1, 2), events(2, 3)], { doubled: 1 }],
    ['counts what stands behind a later one', [events(1, 3, 2)], { disordered: 1 }],
    ['counts what nobody accepted', [events(1, 2, 3, 5)], { invented: 1 }],
    ['counts lines that are no JSON', [`${events(1, 2, 3)}{"extra"\n`], { unparsable: 1 }],
    ['passes over what the writer says itself', [`${events(1, 2, 3)}{"message":"process 7 is gone"}\n`], {}],
  ] as const) {
    it(title, async (test) => {
      const { lost, doubled, disordered, unparsable, invented, accepted } = await found(test, files)

      const nothing = { lost: 0, doubled: 0, disordered: 0, unparsable: 0, invented: 0 }
      assert.deepEqual({ lost, doubled, disordered, unparsable, invented, accepted }, { ...nothing, accepted: 3, ...expected })
    })
  }

  it('misses exactly the planted event', async (test) => {
    const { lost } = await found(test, [events(1, 2, 3)], true)

    assert.equal(lost, 1)
  })

  it('reads finished files in the order in which they were finished', (test) => {
    const folder = temporaryFolder(test)
    const names = ['app.2026-11-20T17-33-40-10.log', 'app.2026-11-20T17-33-40-2.log', 'app.2026-11-20T17-33-40.log', 'app.log']
    const all = [...names, 'app.2026-11-20T17-33-39.log', 'other.log']
    for (const name of all) {
      writeFileSync(join(folder, name), '')
      utimesSync(join(folder, name), 1000, 1000)
    }

    const files = logFiles(join(folder, 'app.log'))

    const expected = ['app.2026-11-20T17-33-39.log', names[2] ?? '', names[1] ?? '', names[0] ?? '', 'app.log']
    assert.deepEqual(
      files,
      expected.map((name) => join(folder, name)),
    )
  })
})
