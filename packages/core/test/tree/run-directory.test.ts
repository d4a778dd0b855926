import assert from 'node:assert/strict'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { after, describe, it, type TestContext } from 'node:test'
import fc from 'fast-check'
import { ownProcessId } from '../../dist/tree/process-id.js'
import {
  type CreatedRun,
  createRunDirectory,
  type NewRun,
  openRunDirectory,
  removeRunDirectory,
} from '../../dist/tree/run-directory.js'
import { laneDirectory, safeName } from '../../dist/tree/run-paths.js'
import { mediumOfType } from '../../dist/tree/storage-medium.js'
import { acquireWriter } from '../../dist/tree/writer-lock.js'
import { deadRun, emptyDirectory, isRoot, startMember, startRun } from './members.js'

const NOBODY = 65534

// what falls back to the place for temporary files stays apart from that of the machine
const TEMPORARY = mkdtempSync(join(tmpdir(), 'holdfast-tree-'))
chmodSync(TEMPORARY, 0o1777)
process.env['TMPDIR'] = TEMPORARY
after(() => rmSync(TEMPORARY, { recursive: true, force: true }))

function create(options: Partial<NewRun>): CreatedRun {
  const created = createRunDirectory({ service: 'shop', wireVersion: 1, ...options })
  if ('unavailable' in created) throw new Error(created.unavailable)
  return created
}

function created(test: TestContext, options: Partial<NewRun>): CreatedRun {
  const run = create(options)
  test.after(() => removeRunDirectory(run.path))
  return run
}

function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8)
}

describe('a new run directory', () => {
  it('lies below the state directory of the user, by service, and is theirs alone', (test) => {
    const home = emptyDirectory(test)

    const { path, base, isTemporary, reason } = create({ env: { HOME: home } })

    assert.equal(base, join(home, '.local/state/holdfast'))
    assert.equal(dirname(path), join(base, 'shop'))
    assert.deepEqual({ isTemporary, reason }, { isTemporary: false, reason: undefined })
    for (const directory of [base, join(base, 'shop'), path, join(path, 'rings'), join(path, 'spill')])
      assert.equal(modeOf(directory), '700')
    assert.equal(modeOf(join(path, 'run.json')), '600')
    const rooms = readdirSync(path).filter((name) => name !== 'pulse') // there in a container
    assert.deepEqual(rooms.sort(), ['free', 'lanes', 'rings', 'run.json', 'spill', 'told'])
  })

  it('lies below XDG_STATE_HOME when that is absolute, and where spoolDir says in any case', (test) => {
    const room = emptyDirectory(test)
    const env = { HOME: room, XDG_STATE_HOME: join(room, 'state') }

    assert.equal(create({ env }).base, join(room, 'state/holdfast'))
    assert.equal(create({ env: { ...env, XDG_STATE_HOME: 'state' } }).base, join(room, '.local/state/holdfast'))
    assert.equal(create({ env, spoolDir: join(room, 'spool') }).base, join(room, 'spool'))
  })

  it('says who started it', (test) => {
    const { path, facts } = create({ spoolDir: emptyDirectory(test), wireVersion: 3, env: { VITEST: 'true' } })

    assert.deepEqual(facts.root, ownProcessId())
    assert.deepEqual([facts.service, facts.wireVersion, facts.testRunner, facts.rootThread], ['shop', 3, 'vitest', 0])
    assert.equal(JSON.parse(readFileSync(join(path, 'run.json'), 'utf8')).service, 'shop')
  })

  it('has a name that sorts by time, and is another one each time', (test) => {
    const spoolDir = emptyDirectory(test)
    const at = (ms: number): string => {
      const clock = { now: () => ms, monotonic: () => 0, after: () => () => {}, sleepSync: () => {} }
      return basename(create({ spoolDir, clock }).path)
    }

    const names = [at(1), at(2), at(Date.UTC(2026, 10, 20)), at(Date.UTC(2026, 10, 20, 0, 0, 0, 1))]

    assert.deepEqual([...names].sort(), names)
    assert.notEqual(at(1), at(1))
  })

  for (const mask of [0, 0o277])
    it(`has the same permissions under umask ${mask.toString(8)}`, async (test) => {
      const member = await startMember(test)
      await member.call('umask', mask)

      const { path } = await member.call('startTree', { service: 'shop', wireVersion: 1, spoolDir: emptyDirectory(test) })

      assert.deepEqual([modeOf(path), modeOf(join(path, 'rings')), modeOf(dirname(path))], ['700', '700', '700'])
      assert.equal(modeOf(join(path, 'run.json')), mask === 0 ? '600' : '400')
    })

  for (const [name, spoil] of [
    ['is a link', (path: string) => symlinkSync(tmpdir(), path)],
    ['is a file', (path: string) => writeFileSync(path, '')],
    ['is open to others', (path: string) => mkdirSync(path, { mode: 0o755 })],
  ] as const)
    it(`is temporary, with the reason, when the directory of the service ${name}`, (test) => {
      const spoolDir = emptyDirectory(test)
      spoil(join(spoolDir, 'shop'))

      const { path, isTemporary, reason } = created(test, { spoolDir })

      assert.ok(isTemporary && path.startsWith(tmpdir()))
      assert.ok(reason?.includes(spoolDir), reason)
    })

  it('is temporary when the wanted place cannot be made', (test) => {
    const room = emptyDirectory(test)
    writeFileSync(join(room, 'file'), '')

    const { isTemporary, reason, path } = created(test, { spoolDir: join(room, 'file', 'spool') })

    assert.ok(isTemporary)
    assert.match(reason ?? '', /ENOTDIR/)
    assert.ok(statSync(path).isDirectory())
  })

  it('is where nobody else can have prepared anything when the place for temporary files is prepared', (test) => {
    const room = emptyDirectory(test)
    const prepared = join(tmpdir(), `holdfast-${process.geteuid?.()}`)
    rmSync(prepared, { recursive: true, force: true })
    mkdirSync(prepared)
    chmodSync(prepared, 0o777)
    test.after(() => rmSync(prepared, { recursive: true }))
    writeFileSync(join(room, 'shop'), '')

    const { path, isTemporary, reason } = created(test, { spoolDir: room })

    assert.ok(isTemporary && path.startsWith(tmpdir()) && !path.startsWith(join(prepared, '/')), path)
    assert.match(reason ?? '', /shop is no directory; .*mode 777/)
    assert.deepEqual(readdirSync(prepared), [])
  })

  it('is not made by root in the home of somebody else', (test) => {
    if (!isRoot(test)) return
    const home = emptyDirectory(test)
    chownSync(home, NOBODY, NOBODY)

    const { path } = created(test, { env: { HOME: home } })

    assert.deepEqual(readdirSync(home), [])
    assert.ok(!path.startsWith(home))
  })

  it('is temporary for a second user of a shared spool directory, whose runs stay apart', async (test) => {
    if (!isRoot(test)) return
    const spoolDir = emptyDirectory(test)
    chmodSync(spoolDir, 0o1777)
    create({ spoolDir })
    const other = await startMember(test)
    await other.call('become', NOBODY)

    const run = await other.call('createRun', { service: 'shop', wireVersion: 1, spoolDir })

    assert.ok('path' in run && run.isTemporary)
    test.after(() => removeRunDirectory(run.path))
    assert.match(run.reason ?? '', /belongs to user 0, this process to 65534/)
    assert.equal(statSync(run.path).uid, NOBODY)
  })

  it('is unavailable, with all reasons, where nothing can be written', async (test) => {
    const room = emptyDirectory(test)
    const member = await startMember(test, { env: { ...process.env, TMPDIR: join(room, 'none') } })
    writeFileSync(join(room, 'file'), '')

    const run = await member.call('createRun', { service: 'shop', wireVersion: 1, spoolDir: join(room, 'file', 'x') })

    assert.ok('unavailable' in run)
    assert.match(run.unavailable, /ENOTDIR.*ENOENT.*ENOENT/)
  })
})

describe('opening the run of another process', () => {
  it('gives its facts while the root lives', async (test) => {
    const { run } = await startRun(test, emptyDirectory(test))

    assert.deepEqual(openRunDirectory(run.path, 1), { path: run.path, facts: run.facts })
  })

  it('works while only a writer lives', async (test) => {
    const run = await deadRun(test, emptyDirectory(test))
    const writer = await startMember(test)
    await writer.call('acquireWriter', run.path, 0)

    assert.ok('facts' in openRunDirectory(run.path, 1))
  })

  it('works while the root is stopped', async (test) => {
    const { root, run } = await startRun(test, emptyDirectory(test))
    root.child.kill('SIGSTOP')

    assert.ok('facts' in openRunDirectory(run.path, 1))
  })

  const refusal = (path: string, wireVersion = 1): string => {
    const opened = openRunDirectory(path, wireVersion)
    return 'refused' in opened ? `${opened.refused}: ${opened.detail}` : 'opened'
  }

  it('is refused when all of it is dead', async (test) => {
    const run = await deadRun(test, emptyDirectory(test))

    assert.equal(refusal(run.path), `dead: process ${run.facts.root.pid} that started the run has ended`)
  })

  it('is refused for another wire version, a missing run, and what is no path of one', async (test) => {
    const { run } = await startRun(test, emptyDirectory(test), { wireVersion: 2 })
    const room = emptyDirectory(test)

    assert.match(refusal(run.path, 1), /^other_version: .*2.*1$/)
    assert.match(refusal(join(room, 'none')), /^missing: /)
    assert.match(refusal(join(run.path, 'run.json', 'x')), /^missing: /)
    assert.match(refusal(`/${'x'.repeat(300)}`), /^missing: /)
    for (const path of ['', 'x', './x', '/x\0y', `/${'x/'.repeat(5000)}`]) assert.match(refusal(path), /^unsafe: /)
  })

  it('is refused through a link, when it is open to others, and without facts', async (test) => {
    const room = emptyDirectory(test)
    const { run } = await startRun(test, room)

    symlinkSync(run.path, join(room, 'link'))
    assert.match(refusal(join(room, 'link')), /^unsafe: .* is a symbolic link$/)
    chmodSync(run.path, 0o750)
    assert.match(refusal(run.path), /^unsafe: .*mode 750/)
    chmodSync(run.path, 0o700)
    renameSync(join(run.path, 'run.json'), join(run.path, 'other.json'))
    symlinkSync('other.json', join(run.path, 'run.json'))
    assert.match(refusal(run.path), /^unreadable: .*run\.json/)
    assert.match(refusal('/'), /^(unsafe|other_user): /)
  })

  it('is refused to another user, be it one who cannot even look', async (test) => {
    if (!isRoot(test)) return
    const closed = emptyDirectory(test)
    const open = emptyDirectory(test)
    chmodSync(open, 0o755)
    const { run } = await startRun(test, closed)
    const { run: visible } = await startRun(test, open)
    chmodSync(dirname(visible.path), 0o755)
    const other = await startMember(test)
    await other.call('become', NOBODY)

    for (const path of [run.path, visible.path]) {
      const opened = await other.call('openRunDirectory', path, 1)
      assert.equal('refused' in opened && opened.refused, 'other_user')
    }
  })

  it('is refused to root when it is the run of a user', async (test) => {
    if (!isRoot(test)) return
    const room = emptyDirectory(test)
    chownSync(room, NOBODY, NOBODY)
    const member = await startMember(test)
    await member.call('become', NOBODY)
    const run = await member.call('startTree', { service: 'shop', wireVersion: 1, spoolDir: room })

    assert.match(refusal(run.path), /^other_user: /)
  })

  it('never throws, whatever stands in run.json', async (test) => {
    const { run } = await startRun(test, emptyDirectory(test))
    const facts = readFileSync(join(run.path, 'run.json'), 'utf8')
    const content = fc.oneof(
      fc.string(),
      fc.json(),
      fc.tuple(fc.nat(facts.length), fc.string()).map(([at, text]) => facts.slice(0, at) + text + facts.slice(at + text.length)),
    )

    fc.assert(
      fc.property(content, (text) => {
        writeFileSync(join(run.path, 'run.json'), text)
        openRunDirectory(run.path, 1)
      }),
    )
  })
})

describe('a run directory', () => {
  it('is removed with all that is in it, more than once if need be', (test) => {
    const { path } = create({ spoolDir: emptyDirectory(test) })
    writeFileSync(join(path, 'rings', 'one'), 'x')

    removeRunDirectory(path)
    removeRunDirectory(path)

    assert.ok(!existsSync(path))
    assert.deepEqual(readdirSync(dirname(path)), [])
  })

  it('has a directory for each lane, whatever its name', (test) => {
    const { path } = create({ spoolDir: emptyDirectory(test) })
    const names = ['file', 'file/2', 'file_2', '..', '.', '', 'ä', 'CON:', 'x'.repeat(300)]

    const directories = names.map((name) => laneDirectory(path, name))

    assert.equal(new Set(directories).size, names.length)
    for (const directory of directories) assert.equal(dirname(directory), join(path, 'lanes'))
    assert.equal(laneDirectory(path, 'file'), directories[0])
  })

  it('keeps a lock that was taken before it was removed and made anew from counting', (test) => {
    const spoolDir = emptyDirectory(test)
    const first = create({ spoolDir })
    acquireWriter(first.path, 0)
    removeRunDirectory(first.path)

    assert.equal(acquireWriter(first.path, 0), undefined)
    assert.deepEqual(acquireWriter(create({ spoolDir }).path, 0), { epoch: 1 })
  })
})

it('a name of a service is safe in a path, short, and stays what it is when it can', () => {
  for (const name of ['shop', 'video-encoder', 'a.b_c', '_x', 'A1']) assert.equal(safeName(name), name)
  fc.assert(
    fc.property(fc.string(), (name) => {
      const safe = safeName(name)
      assert.match(safe, /^\w[\w.-]*$/)
      assert.ok(safe.length <= 80 && !safe.endsWith('.'))
    }),
  )
})

it('the medium of a file system is told by its type, also where the number is negative', () => {
  assert.deepEqual([0xef53, 0x1021994, 0x794c7630, 0x6969, 0xff534d42, 0xff534d42 | 0, 0xfe534d42].map(mediumOfType), [
    'disk',
    'memory',
    'container',
    'network',
    'network',
    'network',
    'network',
  ])
})
