import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { writersEnd } from '../crash/outside/writer-processes.js'
import { ended, HOLDFAST, startScript, temporaryFolder } from '../fixtures/spawn.js'

const PATIENCE_MS = 60_000

describe('an application that is killed while its calls find no room', () => {
  it('has each of them counted and told by the writer that outlives it', async (test) => {
    const folder = temporaryFolder(test)
    const file = join(folder, 'app.log')
    const application = `
      import { fileAdapter, get, init } from '${HOLDFAST}'
      const queue = { worker: 'process', fullPolicy: 'drop', putTimeoutMs: 0, maxEvents: 500, spoolDir: ${JSON.stringify(join(folder, 'runs'))} }
      init({ service: 'shop', queue, diagnosticHook: () => undefined, adapters: [fileAdapter({ path: ${JSON.stringify(file)} })] })
      const log = get('app')
      const answers = { accepted: 0, queue_full: 0 }
      for (let n = 0; n < 5000; n++) answers[log.info('event', { n })]++
      process.stdout.write(JSON.stringify(answers), () => process.kill(process.pid, 'SIGKILL'))
      for (;;) if (process.stdout.writableLength === 0) process.kill(process.pid, 'SIGKILL')`

    const { stdout, stderr } = await ended(startScript(application))
    assert.equal(stderr, '')
    const answers = JSON.parse(stdout) as { accepted: number; queue_full: number }
    assert.ok(await writersEnd(join(folder, 'runs'), PATIENCE_MS))

    const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
    const events = lines.map((line) => JSON.parse(line) as { logger: string; extra: { count?: number; refused?: number } })
    assert.ok(answers.queue_full > 0, stdout)
    assert.equal(events.filter(({ logger }) => logger === 'app').length, answers.accepted)
    const own = events.filter(({ logger }) => logger === 'holdfast').map(({ extra }) => extra)
    const dropped = own.reduce((sum, { count = 0 }) => sum + count, 0)
    assert.equal(dropped, answers.queue_full)
  })
})
