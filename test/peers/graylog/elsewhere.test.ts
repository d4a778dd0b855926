import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { graylogAdapter } from '@holdfast/graylog'
import { makeRecords } from '@holdfast/testkit'
import { ended, startScript, temporaryFolder } from '../../fixtures/spawn.js'
import { canBuildGelfd, Gelfd } from './gelfd.js'

/** Builds an adapter as a writer elsewhere does, from what crosses the border as JSON, and sends through it. */
const PROGRAM = `
  const { module, name, options, lines } = ORDERS
  const factory = (await import(module))[name + 'Adapter']
  const adapter = factory(options).create()
  const records = lines.map((json) => ({ level: 20, time: 1_763_642_096_789, json, event: JSON.parse(json) }))
  await adapter.write(records, AbortSignal.timeout(10_000))
  await adapter.close()`

function orders(port: number, dir: string): string {
  const { name, options } = graylogAdapter({ host: '127.0.0.1', port, spool: { dir } })
  const lines = makeRecords(20).map(({ json }) => json)
  return JSON.stringify({ module: import.meta.resolve('@holdfast/graylog'), name, options, lines })
}

describe('a recipe', () => {
  it('makes the same adapter in a thread', async (test) => {
    if (!canBuildGelfd(test)) return
    const gelfd = await Gelfd.start(test, '-tcp', '127.0.0.1:0')
    const program = `(async () => {${PROGRAM.replace('ORDERS', orders(gelfd.port('tcp'), temporaryFolder(test)))}})()`

    const worker = new Worker(program, { eval: true })
    const [code] = (await once(worker, 'exit')) as [number]

    assert.equal(code, 0)
    assert.equal((await gelfd.received(20)).length, 20)
  })

  it('makes the same adapter in another process', async (test) => {
    if (!canBuildGelfd(test)) return
    const gelfd = await Gelfd.start(test, '-tcp', '127.0.0.1:0')

    const { code, stderr } = await ended(startScript(PROGRAM.replace('ORDERS', orders(gelfd.port('tcp'), temporaryFolder(test)))))

    assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
    assert.equal((await gelfd.received(20)).length, 20)
  })
})
