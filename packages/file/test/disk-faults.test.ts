import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { AdapterError } from '@holdfast/core'
import { FileAdapter, resolveFileOptions } from '@holdfast/file'
import { ManualClock } from '@holdfast/testkit'
import { linesOf, range, record, records, seqsIn } from './records.js'
import { emptyDirectory, lacks, missing } from './tools.js'
import type { Answer, Orders } from './victim.js'

const VICTIM = fileURLToPath(new URL('./victim.js', import.meta.url))
const isRoot = process.getuid?.() === 0

/** Runs the victim behind a command that harms it. */
function runBehind(command: readonly string[], orders: Orders): Answer {
  const [program = process.execPath, ...args] = [...command, process.execPath, VICTIM, JSON.stringify(orders)]
  const { stdout, stderr, status, signal } = spawnSync(program, args, { encoding: 'utf8', timeout: 120_000 })
  assert.equal(status, 0, `exit code ${status}, signal ${signal}: ${stderr}`)
  return JSON.parse(stdout) as Answer
}

const sh = (script: string): readonly string[] => ['sh', '-c', `${script}; exec "$@"`, 'sh']

describe('on a real disk', () => {
  it('loses, doubles and tears nothing when a file system fills up and is emptied again', (context) => {
    if (lacks(context, process.platform !== 'linux' || !isRoot ? 'mounting a small file system needs root on Linux' : undefined))
      return
    if (lacks(context, missing('unshare', '-m', 'true'))) return
    const dir = emptyDirectory(context)

    const { errors, health, lines } = runBehind(['unshare', '-m', ...sh(`mount -t tmpfs -o size=256k tmpfs ${dir}`)], {
      options: { path: join(dir, 'app.log') },
      count: 1500,
      batch: 40,
      ballast: { path: join(dir, 'ballast'), bytes: 150_000 },
    })

    assert.deepEqual(seqsIn(lines), range(1, 1500))
    assert.deepEqual([Object.keys(errors), health], [['ENOSPC'], 'ok'])
    assert.ok((errors['ENOSPC'] ?? 0) >= 3)
  })

  for (const code of ['EIO', 'ENOSPC', 'EDQUOT', 'EROFS'] as const) {
    it(`loses, doubles and tears nothing when the kernel answers ${code} to every fifth write`, (context) => {
      if (lacks(context, missing('strace', '-V'))) return
      if (lacks(context, missing('strace', '-qq', '-o', '/dev/null', 'true'))) return
      const path = join(emptyDirectory(context), 'app.log')

      const { errors, lines } = runBehind(
        ['strace', '-f', '-qq', '-o', '/dev/null', '-P', path, '-e', 'trace=write', '-e', `inject=write:error=${code}:when=3+5`],
        {
          options: { path },
          count: 300,
          batch: 7,
        },
      )

      assert.deepEqual(seqsIn(lines), range(1, 300))
      assert.ok((errors[code] ?? 0) >= 5, JSON.stringify(errors))
    })
  }

  it('takes a failed fsync for what it is: the lines are in, once', (context) => {
    if (lacks(context, missing('strace', '-qq', '-o', '/dev/null', 'true'))) return
    const path = join(emptyDirectory(context), 'app.log')

    const { errors, reasons, lines } = runBehind(
      [
        'strace',
        '-f',
        '-qq',
        '-o',
        '/dev/null',
        '-P',
        path,
        '-e',
        'trace=fdatasync',
        '-e',
        'inject=fdatasync:error=EIO:when=2+3',
      ],
      {
        options: { path, fsync: 'always' },
        count: 30,
        batch: 3,
      },
    )

    assert.deepEqual([seqsIn(lines), errors, reasons], [range(1, 30), {}, ['fsync: EIO: i/o error, fdatasync']])
  })

  it('goes on when descriptors that had run out are free again', (context) => {
    const path = join(emptyDirectory(context), 'app.log')

    const { errors, lines } = runBehind(sh('ulimit -n 256'), { options: { path }, count: 20, batch: 5, isStarved: true })

    assert.deepEqual([seqsIn(lines), errors], [range(1, 20), { EMFILE: 3 }])
  })

  it('continues a short write at the file size limit in the file that takes its place', (context) => {
    const path = join(emptyDirectory(context), 'app.log')

    // 8 blocks of 512 bytes
    const { errors, lines } = runBehind(sh('ulimit -f 8'), { options: { path }, count: 60, batch: 10, moveTo: `${path}.1` })

    assert.deepEqual(seqsIn(lines), range(1, 60))
    assert.deepEqual(Object.keys(errors), ['EFBIG'])
  })

  it('brings back what was written to a deleted file after it was last seen', (context) => {
    const path = join(emptyDirectory(context), 'deep', 'er', 'app.log')
    const clock = new ManualClock()
    const adapter = new FileAdapter(resolveFileOptions({ path }), { clock })
    adapter.writeSync([record(1, { time: clock.now() })])
    rmSync(join(path, '..', '..'), { recursive: true })
    adapter.writeSync(records(2, 3, { time: clock.now() }))
    clock.advance(1000)

    adapter.writeSync([record(4, { time: clock.now() })])

    assert.equal(readFileSync(path, 'utf8'), linesOf(1, 4))
  })

  it('makes directories for the owner and the group, and files that the group can read', (context) => {
    const dir = join(emptyDirectory(context), 'logs')
    const adapter = new FileAdapter(resolveFileOptions({ dir, prefix: 'app', mode: 0o666 }))

    adapter.writeSync([record(1)])

    const file = realpathSync(join(dir, 'app_latest.log'))
    assert.deepEqual([lstatSync(dir).mode & 0o777, lstatSync(file).mode & 0o777], [0o750 & ~process.umask(), 0o666])
  })

  it('is not led away by a link that lies where a new file should be', (context) => {
    const room = emptyDirectory(context)
    const clock = new ManualClock({ nowMs: new Date(2026, 10, 20, 12, 0, 0).getTime() })
    const options = resolveFileOptions({ dir: room, prefix: 'app', latest: false })
    new FileAdapter(options, { clock }).writeSync([record(1)])
    const folder = join(room, '2026-11-20')
    rmSync(join(folder, 'app_12-00-00.log'))
    symlinkSync('/dev/null', join(folder, 'app_12-00-00.log'))

    new FileAdapter(options, { clock }).writeSync([record(2)])

    assert.equal(readFileSync(join(folder, 'app_12-00-00-2.log'), 'utf8'), linesOf(2, 2))
  })
})

describe('pipes and devices', () => {
  it('take lines without rotation, and fail as they do', async () => {
    const nothing = new FileAdapter(resolveFileOptions({ path: '/dev/null', rotate: { maxBytes: 10 }, compress: 'gzip' }))
    const full = new FileAdapter(resolveFileOptions({ path: '/dev/full' }))

    nothing.writeSync(records(1, 10))

    assert.throws(() => full.writeSync([record(1)]), { code: 'ENOSPC', accepted: 0 })
    assert.equal(nothing.health().state, 'ok')
    await Promise.all([nothing.close(), full.close()])
  })

  it('write to stdout of the process, also when that is a socket', () => {
    const script = `
      import { FileAdapter, resolveFileOptions } from '@holdfast/file'
      const adapter = new FileAdapter(resolveFileOptions({ path: '/dev/stdout' }))
      adapter.writeSync([{ level: 20, time: 0, json: '{"seq":1}', event: {} }])
      await adapter.close()
      console.log('still open')`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    })

    assert.deepEqual([stdout, stderr], ['{"seq":1}\nstill open\n', ''])
  })

  it('never block: a pipe without a reader fails, a full one takes the rest later, byte for byte', (context) => {
    if (lacks(context, missing('mkfifo', '--version'))) return
    const path = join(emptyDirectory(context), 'pipe')
    spawnSync('mkfifo', [path])
    const adapter = new FileAdapter(resolveFileOptions({ path }))
    assert.throws(() => adapter.writeSync([record(1)]), { code: 'ENXIO' })

    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
    const total = 4000
    let pending = records(1, total, { pad: 'x'.repeat(50) })
    let received = ''
    let stalls = 0
    while (pending.length > 0) {
      try {
        adapter.writeSync(pending.slice(0, 100))
        pending = pending.slice(100)
      } catch (error) {
        assert.ok(error instanceof AdapterError)
        assert.equal(error.code, 'EAGAIN')
        pending = pending.slice(error.accepted)
        stalls++
        received += drain(reader)
      }
    }
    received += drain(reader)
    closeSync(reader)

    assert.ok(stalls > 0)
    assert.deepEqual(seqsIn(received), range(1, total))
  })
})

function drain(fd: number): string {
  const chunk = Buffer.alloc(1 << 20)
  let text = ''
  for (;;) {
    try {
      const length = readSync(fd, chunk)
      if (length === 0) return text
      text += chunk.toString('latin1', 0, length)
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return text
      throw error
    }
  }
}

describe('rotation under many writes', () => {
  it('loses and doubles nothing over hundreds of files', async (context) => {
    const dir = emptyDirectory(context)
    const adapter = new FileAdapter(resolveFileOptions({ dir, prefix: 'app', rotate: { maxBytes: 20_000 } }))

    for (let first = 1; first <= 100_000; first += 500) adapter.writeSync(records(first, first + 499, { time: Date.now() }))
    await adapter.close()

    const folders = readdirSync(dir).filter((name) => /^\d{4}-/.test(name))
    const files = folders.flatMap((folder) =>
      readdirSync(join(dir, folder)).map((name) => readFileSync(join(dir, folder, name), 'utf8')),
    )
    const seqs = files.flatMap(seqsIn).sort((a, b) => a - b)
    assert.ok(files.length > 50)
    assert.deepEqual(seqs, range(1, 100_000))
  })
})
