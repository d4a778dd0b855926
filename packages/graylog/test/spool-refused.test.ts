import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { AdapterError } from '@holdfast/core'
import { GraylogAdapter, resolveGraylogOptions } from '@holdfast/graylog'
import { makeRecords } from '@holdfast/testkit'

/** A server that is down at first, and never takes some messages. */
class PickyServer {
  readonly arrived: string[] = []
  isDown = true
  refuses: (message: string) => boolean = () => false

  async send(messages: readonly string[]): Promise<void> {
    if (this.isDown) throw new AdapterError('Down.', { accepted: 0 })
    if (messages.some(this.refuses)) throw new AdapterError('Too large.', { retryable: false })
    this.arrived.push(...messages.map((message) => JSON.parse(message).short_message))
  }

  async flush(): Promise<void> {
    // all is there already
  }

  async close(): Promise<void> {
    // nothing is open
  }

  details(): Readonly<Record<string, string>> {
    return {}
  }
}

describe('a message of the spool that the server will never take', () => {
  it('is kept in a file, and the others arrive', async (test) => {
    const { dir, server, adapter } = start(test)
    server.refuses = (message) => message.includes('record-000002')
    await adapter.write(makeRecords(4), new AbortController().signal)

    server.isDown = false
    await adapter.flush()
    while (Number(adapter.health().details?.['spoolMessages']) > 0) await pause(5)

    const path = join(dir, 'refused.jsonl')
    assert.deepEqual(server.arrived, ['record-000001', 'record-000003', 'record-000004'])
    assert.deepEqual(
      readFileSync(path, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line).short_message),
      ['record-000002'],
    )
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.match(adapter.health().reason ?? '', /1 messages of the spool were refused for good: see .*refused\.jsonl/)
  })

  it('stays in the spool as long as the server takes none at all', async (test) => {
    const { dir, server, adapter } = start(test)
    server.refuses = () => true
    await adapter.write(makeRecords(4), new AbortController().signal)

    server.isDown = false
    await adapter.flush()
    const waiting = adapter.health().details?.['spoolMessages']
    server.refuses = () => false
    while (Number(adapter.health().details?.['spoolMessages']) > 0) {
      await adapter.flush()
      await pause(5)
    }

    assert.equal(waiting, 4)
    assert.equal(server.arrived.length, 4)
    assert.ok(!existsSync(join(dir, 'refused.jsonl')))
  })
})

function start(test: TestContext): { readonly dir: string; readonly server: PickyServer; readonly adapter: GraylogAdapter } {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-spool-'))
  const server = new PickyServer()
  const settings = resolveGraylogOptions({ host: '127.0.0.1', spool: { dir } })
  const adapter = new GraylogAdapter(settings, { transport: server })
  test.after(async () => {
    await adapter.close()
    rmSync(dir, { recursive: true, force: true })
  })
  return { dir, server, adapter }
}
