import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { allocateFile } from '../../dist/mapping/allocate-file.js'
import { checkBlocks } from '../../dist/mapping/check-file.js'
import { FileMapper } from '../../dist/mapping/file-mapper.js'
import { FakeLibc } from './fixtures/fake-libc.js'
import { mapperFor } from './fixtures/mappers.js'
import { distUrl, hasTool, runScript, temporaryFolder } from './fixtures/processes.js'

const { EDQUOT, EINTR, ENOSPC, EOPNOTSUPP } = constants.errno
const BYTES = 1_000_000 // no multiple of a page

/** Mounts an empty file system of this size over a folder, for one command. */
const smallDisk = (folder: string, size: string): readonly string[] => [
  'unshare',
  '-m',
  'sh',
  '-c',
  `mount -t tmpfs -o size=${size} tmpfs ${folder}; exec "$@"`,
  'sh',
]

for (const way of ['koffi', 'ffi', 'spool'] as const) {
  describe(`a file allocated ${way === 'spool' ? 'without a mapper' : `through ${way}`}`, () => {
    it('is zeros with a block for each, for its owner only', (test) => {
      const mapper = way === 'spool' ? undefined : mapperFor(test, way)
      if (mapper === undefined && way !== 'spool') return
      const path = join(temporaryFolder(test), 'ring')

      allocateFile(path, BYTES, mapper)

      const { size, mode, blocks } = statSync(path)
      assert.deepEqual([size, mode & 0o777], [BYTES, 0o600])
      assert.ok(blocks * 512 >= BYTES, `${blocks} blocks`)
      assert.ok(readFileSync(path).every((byte) => byte === 0))
    })

    it('is never one that was there', (test) => {
      const mapper = way === 'spool' ? undefined : mapperFor(test, way)
      if (mapper === undefined && way !== 'spool') return
      const path = join(temporaryFolder(test), 'ring')
      writeFileSync(path, 'precious')

      assert.throws(() => allocateFile(path, BYTES, mapper), { name: 'MappingError', code: 'EEXIST' })

      assert.equal(readFileSync(path, 'utf8'), 'precious')
    })

    it('meets a full disk when it is made, and never later', (test) => {
      if (way !== 'spool' && mapperFor(test, way) === undefined) return
      if (process.getuid?.() !== 0) return test.skip('needs root to mount a small file system')
      if (!hasTool(test, 'unshare', '-m', 'true')) return
      const folder = temporaryFolder(test)

      const { status, signal, stdout, stderr } = runScript({
        source: `
          import { existsSync, writeSync, openSync, readFileSync } from 'node:fs'
          const codeOf = (run) => { try { run(); return 'none' } catch (error) { return error.code } }
          const tooLarge = codeOf(() => allocateFile(path, 4 * bytes, mapper))
          const isLeft = existsSync(path)
          allocateFile(path, bytes, mapper)
          const ballast = openSync(path + '.ballast', 'w')
          const full = codeOf(() => { for (;;) writeSync(ballast, Buffer.alloc(4096, 1)) })
          if (mapper !== undefined) new Uint8Array(mapper.map(path, bytes).memory).fill(7)
          console.log(JSON.stringify({ tooLarge, isLeft, full, isStored: readFileSync(path).every((byte) => byte === 7) }))`,
        args: [join(folder, 'ring'), BYTES],
        handoff: way,
        behind: smallDisk(folder, '2m'),
      })

      assert.deepEqual([status, signal], [0, null], stderr)
      assert.deepEqual(JSON.parse(stdout), { tooLarge: 'ENOSPC', isLeft: false, full: 'ENOSPC', isStored: way !== 'spool' })
    })
  })
}

describe('allocateFile', () => {
  it('is what keeps the process alive: a file with holes on a full disk ends it', (test) => {
    if (mapperFor(test, 'koffi') === undefined) return
    if (process.getuid?.() !== 0) return test.skip('needs root to mount a small file system')
    if (!hasTool(test, 'unshare', '-m', 'true')) return
    const folder = temporaryFolder(test)

    const { signal, stdout } = runScript({
      source: `
        import { openSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
        import { bindKoffi } from ${distUrl('koffi-libc')}
        import { requireNearby } from ${distUrl('../require-nearby')}
        import { knownSystem } from ${distUrl('system')}
        writeFileSync(path, '')
        truncateSync(path, bytes)
        const libc = bindKoffi(requireNearby('koffi'), knownSystem())
        const view = new Uint8Array(libc.view(libc.mmap({ bytes, protection: 3, flags: 1, fd: openSync(path, 'r+') }), bytes))
        const ballast = openSync(path + '.ballast', 'w')
        try { for (;;) writeSync(ballast, Buffer.alloc(4096, 1)) } catch (error) { console.log(error.code) }
        view.fill(7)`,
      args: [join(folder, 'ring'), BYTES],
      behind: smallDisk(folder, '2m'),
    })

    assert.deepEqual([stdout, signal], ['ENOSPC\n', 'SIGBUS'])
  })

  it('writes zeros when the file system cannot reserve', (test) => {
    const path = join(temporaryFolder(test), 'ring')
    const mapper = mapperFor(test, 'koffi')
    if (mapper === undefined) return

    allocateFile(path, BYTES, { way: 'koffi', map: mapper.map.bind(mapper), reserve: () => false })

    assert.ok(statSync(path).blocks * 512 >= BYTES)
    assert.equal(mapper.map(path, BYTES).bytes, BYTES)
  })

  it('writes zeros over reserved blocks only when they shall be warm', (test) => {
    const folder = temporaryFolder(test)
    const mapper = mapperFor(test, 'koffi')
    if (mapper === undefined) return
    const claiming = { way: mapper.way, map: mapper.map.bind(mapper), reserve: () => true } // does nothing
    assert.throws(() => allocateFile(join(folder, 'cold'), BYTES, claiming), { code: 'HOLDFAST_MAPPING_SHORT' })

    allocateFile(join(folder, 'warm'), BYTES, claiming, { warm: true })

    assert.equal(statSync(join(folder, 'warm')).size, BYTES)
  })

  it('asks again when a signal came', () => {
    assert.equal(new FileMapper(new FakeLibc([EINTR, EINTR])).reserve(0, 1), true)
    assert.equal(new FileMapper(new FakeLibc([EINTR, EOPNOTSUPP])).reserve(0, 1), false)
  })

  for (const [name, errno] of [
    ['ENOSPC', ENOSPC],
    ['EDQUOT', EDQUOT],
  ] as const) {
    it(`throws ${name} and leaves no file`, (test) => {
      const folder = temporaryFolder(test)

      assert.throws(() => allocateFile(join(folder, 'ring'), BYTES, new FileMapper(new FakeLibc([errno]))), {
        name: 'MappingError',
        code: name,
      })

      assert.deepEqual(readdirSync(folder), [])
    })
  }

  it('refuses a mapping that is not shared, and leaves no file', (test) => {
    const path = join(temporaryFolder(test), 'ring')

    assert.throws(() => allocateFile(path, BYTES, new FileMapper(new FakeLibc([EOPNOTSUPP]))), {
      name: 'MappingError',
      code: 'HOLDFAST_MAPPING_NOT_SHARED',
    })

    assert.equal(existsSync(path), false)
  })

  it('tries the first file on a device, and trusts it for the others', (test) => {
    const mapper = mapperFor(test, 'koffi')
    if (mapper === undefined) return
    const folder = temporaryFolder(test)
    let mapped = 0
    const counting = {
      way: mapper.way,
      reserve: mapper.reserve.bind(mapper),
      map: (...args: Parameters<typeof mapper.map>) => {
        mapped++
        return mapper.map(...args)
      },
    }

    for (const name of ['one', 'two', 'three']) allocateFile(join(folder, name), 4096, counting)

    assert.equal(mapped, 1)
  })

  it('refuses sizes that are none', (test) => {
    const folder = temporaryFolder(test)

    for (const bytes of [0, -1, 0.5, Number.NaN, 2 ** 53])
      assert.throws(() => allocateFile(join(folder, 'ring'), bytes), RangeError)

    assert.deepEqual(readdirSync(folder), [])
  })
})

describe('file systems that write each change elsewhere', () => {
  for (const [name, magic] of [
    ['btrfs', 0x9123683e],
    ['bcachefs', 0xca451a4e],
    ['ZFS', 0x2fc12fc1],
  ] as const) {
    it(`are refused: ${name}`, (test) => {
      const path = join(temporaryFolder(test), 'ring')
      allocateFile(path, BYTES)
      const stats = statSync(path, { bigint: true })

      assert.throws(() => checkBlocks(path, stats, BYTES, magic), {
        code: 'HOLDFAST_MAPPING_COPY_ON_WRITE',
        message: new RegExp(name),
      })
      assert.doesNotThrow(() => checkBlocks(path, stats, BYTES, 0xef53))
    })
  }
})
