import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import type { Letter } from '../../dist/aside/aside.js'
import { asideOfRun, asideOfService } from '../../dist/aside/aside-directory.js'
import { AsideFiles } from '../../dist/aside/aside-files.js'

const ROOMY = 1 << 20

describe('the file of records that were put aside', () => {
  it('has a line for each, with the canonical line as it was, for nobody but its user', (test) => {
    const folder = temporaryFolder(test)
    const line = '{"v":1,"extra":{"v":},"origin":"a","seq":7}'

    const path = filesIn(folder).put(letter(7, { line })) ?? ''

    const { at, ...kept } = JSON.parse(readFileSync(path, 'utf8'))
    assert.deepEqual(kept, letter(7, { line }))
    assert.ok(Number.isFinite(Date.parse(at)))
    assert.equal(path, join(folder, 'graylog.jsonl'))
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  it('has a record once that comes again, from whatever writer', (test) => {
    const folder = temporaryFolder(test)

    const paths = [filesIn(folder), filesIn(folder)].map((files) => files.put(letter(1)))

    assert.equal(paths[0], paths[1])
    assert.deepEqual(seqsIn(paths[0]), [1])
  })

  it('gets whole lines behind half a line that a kill has left', (test) => {
    const folder = temporaryFolder(test)
    const path = filesIn(folder).put(letter(1)) ?? ''
    const half = JSON.stringify({ at: '', ...letter(2) }).slice(0, -10)
    appendFileSync(path, half)

    filesIn(folder).put(letter(2))
    filesIn(folder).put(letter(3))

    const lines = readFileSync(path, 'utf8').split('\n')
    assert.equal(lines[1], half)
    assert.deepEqual(
      [lines[2], lines[3]].map((line) => JSON.parse(line ?? '').seq),
      [2, 3],
    )
  })

  it('keeps what it has when its share of `spillBytes` is used up, by whatever lane, and takes no more', (test) => {
    const folder = temporaryFolder(test)
    const size = Buffer.byteLength(`${JSON.stringify({ at: new Date(0).toISOString(), ...letter(1) })}\n`)
    const files = filesIn(folder, 8 * 2 * size)

    const paths = [letter(1), letter(2, { adapter: 'graylo2' }), letter(3)].map((it) => files.put(it))

    assert.equal(paths[2], undefined)
    assert.deepEqual([seqsIn(paths[0]), seqsIn(paths[1])], [[1], [2]])
    assert.equal(files.bytes, 2 * size)
  })

  it('counts what earlier runs have left', (test) => {
    const folder = temporaryFolder(test)
    filesIn(folder).put(letter(1))

    const { bytes } = filesIn(folder)

    assert.equal(bytes, statSync(join(folder, 'graylog.jsonl')).size)
  })

  it('is made anew when somebody has removed its folder', (test) => {
    const run = join(temporaryFolder(test), 'run')
    const files = new AsideFiles({ folder: () => asideOfRun(run), isNeeded: true, spillBytes: ROOMY })
    const path = files.put(letter(1)) ?? ''
    rmSync(join(path, '..'), { recursive: true })

    files.put(letter(2))

    assert.deepEqual(seqsIn(path), [2])
  })

  for (const [what, make] of [
    ['a link', (path: string) => symlinkSync('/dev/null', path)],
    ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
    ['a folder', (path: string) => mkdirSync(path)],
  ] as const)
    it(`is no record's place when it is ${what}: the lane waits, and is told the path`, (test) => {
      const folder = temporaryFolder(test)
      make(join(folder, 'graylog.jsonl'))

      assert.throws(
        () => filesIn(folder).put(letter(1)),
        /put a record aside in .*graylog\.jsonl, got .*: make room, or see who owns/,
      )
    })

  it('is beside the runs of the service, or among the temporary files, where there is no run', (test) => {
    const base = temporaryFolder(test)
    const blocked = join(base, 'file')
    writeFileSync(blocked, '')

    const wanted = asideOfService('shop', base, {})
    const instead = asideOfService('shop', join(blocked, 'below'), {})

    assert.equal(wanted, join(base, 'shop', 'aside'))
    assert.equal(statSync(wanted ?? '').mode & 0o777, 0o700)
    assert.ok(instead?.startsWith(tmpdir()))
    rmSync(join(instead ?? '', '..'), { recursive: true })
  })

  it('is nowhere for a writer without a run that may write nowhere: the record is counted and told', () => {
    const files = new AsideFiles({ folder: () => undefined, isNeeded: false, spillBytes: ROOMY })

    assert.equal(files.put(letter(1)), undefined)
  })

  it('is waited for where the folder cannot be made just now', () => {
    const folder = (): never => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    }
    const files = new AsideFiles({ folder, isNeeded: false, spillBytes: ROOMY })

    assert.throws(() => files.put(letter(1)), { code: 'ENOSPC' })
  })
})

function filesIn(folder: string, spillBytes = ROOMY): AsideFiles {
  return new AsideFiles({ folder: () => folder, isNeeded: true, existing: folder, spillBytes })
}

function letter(seq: number, more: Partial<Letter> = {}): Letter {
  const event_id = `01a22eb2-a7e6-777d-b3d9-6a7c0000000${seq}`
  return {
    adapter: 'graylog',
    origin: 'a',
    seq,
    event_id,
    error: 'HTTP 400',
    code: 'E',
    line: `{"event_id":"${event_id}"}`,
    ...more,
  }
}

function seqsIn(path: string | undefined): readonly number[] {
  return readFileSync(path ?? '', 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line).seq)
}

function temporaryFolder(test: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-aside-'))
  test.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
