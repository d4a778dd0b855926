import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { describe, it, type TestContext } from 'node:test'
import { Worker } from 'node:worker_threads'
import { consoleAdapter } from '@holdfast/console'
import { linesOf, makeRecords } from './records.js'

const CONSOLE = new URL('../dist/index.js', import.meta.url).href
const RECORDS = new URL('./records.js', import.meta.url).href
const signal = new AbortController().signal

/** Replaces a `write` as spies do, for one test. */
function spyOn(test: TestContext, stream: NodeJS.WriteStream): string[] {
  const texts: string[] = []
  test.mock.method(stream, 'write', (text: string) => {
    texts.push(text)
    return true
  })
  return texts
}

/** Runs a script with its output into pipes. */
function piped(body: string): { readonly stdout: string; readonly stderr: string } {
  const script = `
    import { consoleAdapter } from '${CONSOLE}'
    import { makeRecords } from '${RECORDS}'
    ${body}`
  return spawnSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' })
}

describe('the console adapter', () => {
  for (const name of ['stdout', 'stderr'] as const) {
    it(`writes through a replaced process.${name}.write, before writeSync returns`, (test) => {
      const adapter = consoleAdapter({ stream: name, format: 'json' }).create()
      const texts = spyOn(test, process[name])

      adapter.writeSync?.(makeRecords(2))

      assert.deepEqual(texts, [linesOf(makeRecords(2))])
    })
  }

  it('writes through it also when it was replaced before the adapter was made, and by write', async (test) => {
    const texts: string[] = []
    test.mock.method(process.stderr, 'write', (text: string, done: () => void) => {
      texts.push(text)
      done()
      return true
    })

    await consoleAdapter({ format: 'json' }).create().write(makeRecords(1), signal)

    assert.deepEqual(texts, [linesOf(makeRecords(1))])
  })

  it('makes the lane try again when the replaced write throws', (test) => {
    const adapter = consoleAdapter({ format: 'json' }).create()
    test.mock.method(process.stderr, 'write', () => {
      throw new Error('paper jam')
    })

    assert.throws(() => adapter.writeSync?.(makeRecords(1)), /got paper jam/)
  })

  it('writes to the descriptor again once the write is restored', () => {
    const { stdout } = piped(`
      const adapter = consoleAdapter({ stream: 'stdout', format: 'json' }).create()
      const original = process.stdout.write
      const caught = []
      process.stdout.write = (text) => caught.push(text)
      adapter.writeSync(makeRecords(1))
      process.stdout.write = original
      adapter.writeSync(makeRecords(2))
      process.stderr.write(String(caught.length))
      process.exit()`)

    assert.equal(stdout, linesOf(makeRecords(2)))
  })

  it('writes through a stream that was put in the place of process.stdout', () => {
    const { stdout, stderr } = piped(`
      const caught = []
      Object.defineProperty(process, 'stdout', { configurable: true, value: { write: (text) => caught.push(text) } })
      consoleAdapter({ stream: 'stdout', format: 'json' }).create().writeSync(makeRecords(1))
      console.error(caught.length)`)

    assert.deepEqual([stdout, stderr], ['', '1\n'])
  })

  it('is heard where a worker thread was started with stdout: true', async () => {
    const script = `
      import('${CONSOLE}').then(async ({ consoleAdapter }) => {
        const { makeRecords } = await import('${RECORDS}')
        consoleAdapter({ stream: 'stdout', format: 'json' }).create().writeSync(makeRecords(3))
      })`
    const worker = new Worker(script, { eval: true, stdout: true, execArgv: [] })
    let heard = ''
    worker.stdout.on('data', (chunk: Buffer) => {
      heard += chunk.toString()
    })

    await Promise.all([once(worker, 'exit'), once(worker.stdout, 'end')])

    assert.equal(heard, linesOf(makeRecords(3)))
  })
})
