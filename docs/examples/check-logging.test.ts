import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, it } from 'node:test'

describe('the example that checks its adapters', () => {
  it('shows a line for each of them and ends with 0, where there is no Event Log too', (test) => {
    if (process.platform === 'win32') return test.skip('this system has an Event Log, and the example would write to it')

    const { status, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'check-logging.js')], { encoding: 'utf8' })

    assert.equal(status, 0, stderr)
    assert.match(stderr, /^console +yes +yes +\d+\.\d ms +accepted$/m)
    assert.match(stderr, /^eventlog +- +- +- +off$/m)
  })
})
