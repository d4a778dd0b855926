import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { DumpError, dumpRecords, dumpRecordsSync } from '@holdfast/dump'
import { makeRecords } from '@holdfast/testkit'

const RECORDS = makeRecords(500)
const TEXT = dumpRecordsSync(RECORDS).text

function folder(test: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-dump-'))
  test.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('writes what it would have returned, and says where, how many and how much', async (t) => {
  const path = join(folder(t), 'deep/er/dump.txt')

  const result = await dumpRecords(RECORDS, { path })

  assert.equal(readFileSync(path, 'utf8'), TEXT)
  assert.deepEqual(result, { format: 'text', count: 500, unreadable: 0, leftOut: 0, bytes: Buffer.byteLength(TEXT), path })
  assert.deepEqual(readdirSync(join(path, '..')), ['dump.txt'])
})

test('the file is for its owner alone, or as `mode` says, whatever the umask', { skip: process.platform === 'win32' }, (t) => {
  const dir = folder(t)
  const before = process.umask(0o077)
  t.after(() => process.umask(before))

  dumpRecordsSync(RECORDS, { path: join(dir, 'private') })
  dumpRecordsSync(RECORDS, { path: join(dir, 'shared'), mode: 0o644 })

  assert.equal(statSync(join(dir, 'private')).mode & 0o777, 0o600)
  assert.equal(statSync(join(dir, 'shared')).mode & 0o777, 0o644)
})

test('an older dump is replaced at the end, in one step', async (t) => {
  const path = join(folder(t), 'dump.txt')
  writeFileSync(path, 'older')

  const dumping = dumpRecords(RECORDS, { path })
  const during = readFileSync(path, 'utf8')
  await dumping

  assert.equal(during, 'older')
  assert.equal(readFileSync(path, 'utf8'), TEXT)
})

test('dumps to the same file at the same time leave one whole dump', async (t) => {
  const path = join(folder(t), 'dump.json')

  await Promise.all([100, 200, 300].map((limit) => dumpRecords(RECORDS, { path, format: 'json', limit })))

  assert.ok([100, 200, 300].includes((JSON.parse(readFileSync(path, 'utf8')) as unknown[]).length))
  assert.deepEqual(readdirSync(join(path, '..')), ['dump.json'])
})

test('a link stays, its target is replaced', (t) => {
  const dir = folder(t)
  writeFileSync(join(dir, 'target'), 'older')
  symlinkSync('target', join(dir, 'link'))

  const { path } = dumpRecordsSync(RECORDS, { path: join(dir, 'link') })

  assert.equal(path, join(dir, 'link'))
  assert.equal(readlinkSync(path), 'target')
  assert.equal(readFileSync(join(dir, 'target'), 'utf8'), TEXT)
})

for (const path of ['/dev/null', '/dev/stdout', tmpdir()]) {
  test(`refuses ${path}, which is no file, and leaves it alone`, { skip: process.platform === 'win32' }, () => {
    const before = statSync(path)

    assert.throws(() => dumpRecordsSync(RECORDS, { path }), { code: 'HOLDFAST_DUMP_WRITE', message: /it is no file/ })
    assert.equal(statSync(path).mode, before.mode)
  })
}

test('a path that cannot be is told with its reason', async (t) => {
  const dir = folder(t)
  writeFileSync(join(dir, 'file'), '')

  await assert.rejects(dumpRecords(RECORDS, { path: join(dir, 'file/dump.txt') }), (error) => {
    assert.ok(error instanceof DumpError)
    assert.equal(error.code, 'HOLDFAST_DUMP_WRITE')
    assert.match(error.message, /^Expected to write `.*dump\.txt`, got: E/)
    return true
  })
})

test('a directory that cannot be made is told too', { skip: process.platform !== 'linux' && 'only Linux has /proc' }, () => {
  assert.throws(() => dumpRecordsSync(RECORDS, { path: '/proc/none/dump.txt' }), { code: 'HOLDFAST_DUMP_WRITE' })
})

test('when the disk takes no more, the older dump stays and nothing is left beside it', {
  skip: process.platform === 'win32',
}, (t) => {
  const path = join(folder(t), 'dump.txt')
  writeFileSync(path, 'older')
  const script = `
    import { dumpRecords, dumpRecordsSync } from '@holdfast/dump'
    import { makeRecords } from '@holdfast/testkit'
    const path = process.argv[1]
    const codes = []
    try { dumpRecordsSync(makeRecords(500), { path }) } catch (error) { codes.push(error.code, error.cause.code) }
    try { await dumpRecords(makeRecords(500), { path }) } catch (error) { codes.push(error.code, error.cause.code) }
    console.log(codes.join())`

  // files of this shell may have 16 blocks of 512 or 1024 bytes
  const { stdout, stderr } = spawnSync(
    'sh',
    ['-c', 'ulimit -f 16; exec "$@"', 'sh', process.execPath, '--input-type=module', '--eval', script, path],
    { cwd: import.meta.dirname, encoding: 'utf8' },
  )

  assert.equal(stdout.trim(), 'HOLDFAST_DUMP_WRITE,EFBIG,HOLDFAST_DUMP_WRITE,EFBIG', stderr)
  assert.equal(readFileSync(path, 'utf8'), 'older')
  assert.deepEqual(readdirSync(join(path, '..')), ['dump.txt'])
})

test('a dump that finds nothing writes an empty one', (t) => {
  const dir = folder(t)
  mkdirSync(join(dir, 'there'))

  const { bytes, count } = dumpRecordsSync(RECORDS, { path: join(dir, 'there/none'), level: 'critical' })

  assert.deepEqual({ bytes, count }, { bytes: 0, count: 0 })
  assert.equal(readFileSync(join(dir, 'there/none'), 'utf8'), '')
})

test('a file is forced to the disk before it appears, also by the synchronous call', (t) => {
  const hasStrace = spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0
  if (!hasStrace) return t.skip('needs strace')
  const dir = folder(t)
  const script = `
    import { dumpRecords, dumpRecordsSync } from '@holdfast/dump'
    dumpRecordsSync([], { path: process.argv[1] + '/now' })
    await dumpRecords([], { path: process.argv[1] + '/later' })`

  const { stderr } = spawnSync(
    'strace',
    ['-f', '-e', 'trace=fsync,rename', process.execPath, '--input-type=module', '--eval', script, dir],
    { cwd: import.meta.dirname, encoding: 'utf8' },
  )

  const calls = [...stderr.matchAll(/\b(fsync|rename)\(/g)].map(([, call]) => call)
  assert.deepEqual(calls, ['fsync', 'rename', 'fsync', 'rename'], stderr)
})
