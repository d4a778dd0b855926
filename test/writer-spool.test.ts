import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { createRuntime, fileAdapter } from 'holdfast'

process.env['HOLDFAST_TREE_HANDOFF'] = 'spool'
const directory = mkdtempSync(join(tmpdir(), 'writer-spool-'))
after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10 }))

describe('a process writer where nothing can be mapped', () => {
  it('lets shutdown end when it has everything, and is not taken for gone', async () => {
    const names: string[] = []
    const file = join(directory, 'app.log')
    const runtime = createRuntime({
      service: 'spool',
      adapters: [fileAdapter({ path: file })],
      queue: { worker: 'process', spoolDir: directory },
      diagnosticHook: (...[name]) => void names.push(name),
    })
    const log = runtime.get('app')
    for (let i = 0; i < 1000; i++) log.info('stored', { i })

    const report = await runtime.shutdown()

    assert.equal(report.timedOut, false)
    assert.equal(readFileSync(file, 'utf8').split('\n').length, 1001)
    assert.deepEqual(names, ['hand_off_degraded'])
  })
})
