import assert from 'node:assert/strict'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { allocateFile } from '../../dist/mapping/allocate-file.js'
import type { Mapper, MappingWay } from '../../dist/mapping/mapping.js'
import { isAvailable, mapperFor, WAYS } from './fixtures/mappers.js'
import { runScript, said, startScript, temporaryFolder } from './fixtures/processes.js'

const BYTES = 64 << 10
/** A file of sysfs: it has a size, and no pages. */
const UNMAPPABLE = '/sys/kernel/uevent_seqnum'

/** A mapper and the path of a file that it can map. */
function prepare(test: TestContext, way: MappingWay): { mapper: Mapper; path: string } | undefined {
  const mapper = mapperFor(test, way)
  if (mapper === undefined) return undefined
  const path = join(temporaryFolder(test), 'ring')
  allocateFile(path, BYTES, mapper)
  return { mapper, path }
}

for (const way of WAYS) {
  describe(`a file mapped through ${way}`, () => {
    it('shows the stores of each process to the other', async (test) => {
      const prepared = prepare(test, way)
      if (prepared === undefined) return
      const { mapper, path } = prepared
      const words = new Int32Array(mapper.map(path, BYTES).memory)
      Atomics.store(words, 3, 11)

      const child = startScript(test, {
        source: `
          const words = new Int32Array(mapper.map(path, bytes).memory)
          Atomics.add(words, 3, 31)
          process.stdout.write('stored')
          while (Atomics.load(words, words.length - 1) !== 77) pause()
          Atomics.store(words, 4, 78)`,
        args: [path, BYTES],
        handoff: way,
      })
      await said(child)
      const seen = Atomics.load(words, 3)
      Atomics.store(words, words.length - 1, 77)
      const [code] = await once(child, 'close')

      assert.deepEqual([seen, code, Atomics.load(words, 4)], [42, 0, 78])
    })

    it('has what was stored when the process is killed in the same moment', (test) => {
      const prepared = prepare(test, way)
      if (prepared === undefined) return
      const { mapper, path } = prepared

      const { signal } = runScript({
        source: `
          const words = new Int32Array(mapper.map(path, bytes).memory)
          for (let i = 1; i < words.length; i++) words[i] = i
          Atomics.store(words, 0, words.length)
          process.kill(process.pid, 'SIGKILL')`,
        args: [path, BYTES],
        handoff: way,
      })

      const file = readFileSync(path)
      const expected = Int32Array.from({ length: BYTES / 4 }, (_, i) => (i === 0 ? BYTES / 4 : i))
      assert.equal(signal, 'SIGKILL')
      assert.deepEqual(new Int32Array(file.buffer, file.byteOffset, BYTES / 4), expected)
      assert.deepEqual(new Int32Array(mapper.map(path, BYTES).memory), expected)
    })

    it('has every count of which another process was told, when it is killed from outside', async (test) => {
      const prepared = prepare(test, way)
      if (prepared === undefined) return
      const child = startScript(test, {
        source: `
          import { writeSync } from 'node:fs'
          const words = new Int32Array(mapper.map(path, bytes).memory)
          for (let i = 1; ; i++) {
            Atomics.store(words, 0, i)
            writeSync(1, i + '\\n')
          }`,
        args: [prepared.path, BYTES],
        handoff: way,
      })
      let told = ''
      child.stdout?.on('data', (chunk: Buffer) => {
        told += chunk.toString()
        if (told.length > 50_000) child.kill('SIGKILL')
      })

      const [, signal] = await once(child, 'close')

      const last = Number(told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1))
      const kept = readFileSync(prepared.path).readInt32LE(0)
      assert.equal(signal, 'SIGKILL')
      assert.ok(kept >= last && last > 1000, `kept ${kept}, told ${last}`)
    })

    it('is the same mapping again under its next name, and another one when it has been replaced', (test) => {
      const prepared = prepare(test, way)
      if (prepared === undefined) return
      const { mapper, path } = prepared
      const first = mapper.map(path, BYTES)
      renameSync(path, `${path}.parked`)
      const parked = mapper.map(`${path}.parked`, BYTES)
      new Uint8Array(parked.memory).fill(1)
      rmSync(`${path}.parked`)
      allocateFile(path, BYTES, mapper)

      const replaced = mapper.map(path, BYTES)

      assert.equal(parked, first)
      assert.notEqual(replaced.file, first.file)
      assert.deepEqual([new Uint8Array(first.memory)[BYTES - 1], new Uint8Array(replaced.memory)[BYTES - 1]], [1, 0])
    })

    it('costs no descriptor', (test) => {
      const prepared = prepare(test, way)
      if (prepared === undefined) return
      const { mapper, path } = prepared
      if (process.platform !== 'linux') return test.skip('descriptors are counted in /proc')
      const before = readdirSync('/proc/self/fd').length

      for (const name of ['a', 'b', 'c']) {
        allocateFile(path + name, BYTES, mapper)
        mapper.map(path + name, BYTES)
        mapper.map(path + name, BYTES, { readOnly: true })
        assert.throws(() => mapper.map(path + name, BYTES + 1))
      }

      assert.equal(readdirSync('/proc/self/fd').length, before)
    })

    it('can be read only, and shows what others store', (test) => {
      const prepared = prepare(test, way)
      if (prepared === undefined) return
      const { mapper, path } = prepared
      const writer = new Int32Array(mapper.map(path, BYTES).memory)
      const reader = new Int32Array(mapper.map(path, BYTES, { readOnly: true }).memory)

      Atomics.store(writer, 5, 6)

      assert.equal(Atomics.load(reader, 5), 6)
      const store = 'new Uint8Array(mapper.map(path, bytes, { readOnly: true }).memory)[0] = 1'
      assert.equal(runScript({ source: store, args: [path, BYTES], handoff: way }).signal, 'SIGSEGV')
    })

    it('takes atomic operations but no waiting, and cannot be moved to another thread', (test) => {
      const prepared = prepare(test, way)
      if (prepared === undefined) return
      const { memory, bytes } = prepared.mapper.map(prepared.path, BYTES)
      const words = new Int32Array(memory)

      assert.equal(Atomics.compareExchange(words, 0, 0, 9), 0)
      assert.throws(() => Atomics.wait(words, 0, 9, 1), TypeError)
      try {
        structuredClone(memory, { transfer: [memory] }) // Node 20 copies instead
      } catch (error) {
        assert.ok(error instanceof Error && error.name === 'DataCloneError')
      }
      assert.deepEqual([memory.byteLength, bytes, Atomics.load(words, 0)], [BYTES, BYTES, 9])
    })

    it('works in worker threads, and lets the process end well and silently', (test) => {
      if (!isAvailable(test, way)) return
      const path = join(temporaryFolder(test), 'ring')
      const body = `
        const { findMapper } = await import(urls.find)
        const words = new Int32Array(findMapper().mapper.map(path, bytes).memory)
        Atomics.add(words, 0, 1)`

      const { status, signal, stdout, stderr } = runScript({
        source: `
          import { Worker } from 'node:worker_threads'
          allocateFile(path, bytes, mapper)
          const words = new Int32Array(mapper.map(path, bytes).memory)
          const body = 'const { workerData: { path, bytes, urls } } = await import("node:worker_threads");' + ${JSON.stringify(body)}
          const urls = { find: ${JSON.stringify(new URL('../../dist/mapping/find-mapper.js', import.meta.url).href)} }
          for (let round = 0; round < 2; round++) {
            const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(body)), { workerData: { path, bytes, urls } })
            await new Promise((resolve, reject) => worker.once('error', reject).once('exit', resolve))
          }
          console.log(Atomics.load(words, 0))`,
        args: [path, BYTES],
        handoff: way,
      })

      assert.deepEqual([status, signal, stdout, stderr], [0, null, '2\n', ''])
    })

    it('is refused when it is missing, too short, has holes, is a link or no file', (test) => {
      const prepared = prepare(test, way)
      if (prepared === undefined) return
      const { mapper, path } = prepared
      const at = (name: string): string => join(path, '..', name)
      writeFileSync(at('short'), 'x')
      writeFileSync(at('sparse'), '')
      truncateSync(at('sparse'), BYTES)
      symlinkSync(path, at('link'))
      mkdirSync(at('folder'))

      for (const [name, code] of [
        ['missing', 'ENOENT'],
        ['short', 'HOLDFAST_MAPPING_SHORT'],
        ['sparse', 'HOLDFAST_MAPPING_SPARSE'],
        ['link', 'ELOOP'],
        ['folder', 'EISDIR'],
      ] as const) {
        assert.throws(() => mapper.map(at(name), BYTES), { name: 'MappingError', code }, name)
      }
      assert.throws(() => mapper.map(at('folder'), BYTES, { readOnly: true }), { code: 'HOLDFAST_MAPPING_NOT_A_FILE' })
      assert.equal(mapper.map(at('sparse'), BYTES, { readOnly: true }).bytes, BYTES)
      for (const bytes of [0, -1, 1.5, Number.NaN]) assert.throws(() => mapper.map(path, bytes), RangeError)
    })

    it('fails with the code of the system when the file system maps nothing', (test) => {
      const mapper = mapperFor(test, way)
      if (mapper === undefined) return
      if (!existsSync(UNMAPPABLE)) return test.skip(`there is no ${UNMAPPABLE} here`)

      assert.throws(() => mapper.map(UNMAPPABLE, 1, { readOnly: true }), {
        name: 'MappingError',
        code: 'ENODEV',
        message: `ENODEV: expected to map 1 bytes of \`${UNMAPPABLE}\``,
      })
    })
  })
}
