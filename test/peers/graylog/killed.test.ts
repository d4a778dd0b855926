import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import type { Adapter, LogRecord } from '@holdfast/api'
import { AdapterError } from '@holdfast/core'
import { type GraylogOptions, graylogAdapter } from '@holdfast/graylog'
import { makeRecords } from '@holdfast/testkit'
import { PATIENCE_MS } from '../../fixtures/patience.js'
import { canBuildGelfd, Gelfd, type Received } from './gelfd.js'

const TOTAL = 20_000
const BATCH = 200

/** What the lane does: the same records again until they are accepted. */
async function sendUntilAccepted(adapter: Adapter, records: readonly LogRecord[]): Promise<void> {
  for (let rest = records; ; ) {
    try {
      return await adapter.write(rest, AbortSignal.timeout(10_000))
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error
      rest = rest.slice(error.accepted)
    }
  }
}

/** Sends while the server is killed by `strike` and started again. Answers with what both of its lives received. */
async function surviveKill(
  test: TestContext,
  options: Pick<GraylogOptions, 'resend'>,
  strike: (gelfd: Gelfd, sent: number) => Promise<Gelfd>,
): Promise<{ readonly missing: number; readonly doubled: number; readonly messages: readonly Received[] }> {
  const first = await Gelfd.start(test, '-tcp', '127.0.0.1:0')
  const adapter = graylogAdapter({ host: '127.0.0.1', port: first.port('tcp'), ...options }).create()
  test.after(() => adapter.close?.())
  let gelfd = first
  for (let seq = 1; seq <= TOTAL; seq += BATCH) {
    await sendUntilAccepted(adapter, makeRecords(BATCH, { seq }))
    if (gelfd === first) gelfd = await strike(gelfd, seq + BATCH - 1)
  }
  await adapter.flush?.()
  const messages = [...first.messages, ...(await gelfd.settled())].filter(({ error }) => error === undefined)
  const seqs = new Set(messages.map(({ extra }) => extra['_seq']))
  return { missing: TOTAL - seqs.size, doubled: messages.length - seqs.size, messages }
}

async function killAndRestart(test: TestContext, gelfd: Gelfd): Promise<Gelfd> {
  const port = gelfd.port('tcp')
  await gelfd.kill()
  return Gelfd.start(test, '-tcp', `127.0.0.1:${port}`)
}

describe('a server that is killed in the middle of the stream', () => {
  for (const round of [1, 2, 3]) {
    it(`costs nothing, and what comes twice has the same id (${round})`, { timeout: PATIENCE_MS }, async (test) => {
      if (!canBuildGelfd(test)) return
      const moment = 2000 * round + Math.floor(Math.random() * 2000)

      const { missing, doubled, messages } = await surviveKill(test, {}, (gelfd, sent) =>
        sent < moment ? Promise.resolve(gelfd) : killAndRestart(test, gelfd),
      )

      test.diagnostic(`killed after ${moment} records: ${missing} missing, ${doubled} twice`)
      assert.equal(missing, 0)
      const idOf = new Map(messages.map(({ extra }) => [extra['_seq'], extra['_event_id']]))
      assert.ok(messages.every(({ extra }) => idOf.get(extra['_seq'] ?? 0) === extra['_event_id']))
    })
  }

  for (const [name, options] of [
    ['sent again', {}],
    ['not sent again', { resend: false }],
  ] as const) {
    it(`after it had hung for 2000 records, ${name}`, { timeout: PATIENCE_MS }, async (test) => {
      if (!canBuildGelfd(test)) return
      const hangAt = 4000
      const killAt = 6000

      const { missing, doubled } = await surviveKill(test, options, async (gelfd, sent) => {
        if (sent === hangAt) {
          await gelfd.received(hangAt)
          gelfd.signal('SIGSTOP')
        }
        return sent < killAt ? gelfd : killAndRestart(test, gelfd)
      })

      // 0.8 MB: within what is sent again
      test.diagnostic(`${killAt - hangAt} records accepted while it hung: ${missing} missing, ${doubled} twice`)
      assert.equal(missing, name === 'sent again' ? 0 : killAt - hangAt)
    })
  }

  for (const maxBytes of [1 << 20, 2 << 20, 8 << 20]) {
    it(`after it had hung until nothing more was accepted, with ${maxBytes >> 20} MiB to send again`, {
      timeout: PATIENCE_MS,
    }, async (test) => {
      if (!canBuildGelfd(test)) return
      const gelfd = await Gelfd.start(test, '-tcp', '127.0.0.1:0')
      const adapter = graylogAdapter({ host: '127.0.0.1', port: gelfd.port('tcp'), resend: { maxBytes } }).create()
      test.after(() => adapter.close?.())
      await adapter.write(makeRecords(1), AbortSignal.timeout(5000))
      await gelfd.received(1)
      gelfd.signal('SIGSTOP')

      let accepted = 1
      while (await isAccepted(adapter, makeRecords(BATCH, { seq: accepted + 1 }))) accepted += BATCH
      const next = await killAndRestart(test, gelfd)
      await sendUntilAccepted(adapter, makeRecords(1, { seq: accepted + 1 }))
      await adapter.flush?.()

      const seqs = new Set([...gelfd.messages, ...(await next.settled())].map(({ extra }) => extra['_seq']))
      const missing = accepted + 1 - seqs.size
      test.diagnostic(`${accepted} records accepted while it hung: ${missing} missing`)
      // what the dead server's kernel had acknowledged, beyond what is sent again: 2000 records are 0.8 MB
      assert.ok(missing <= Math.max(0, accepted - (maxBytes >> 20) * 2000), String(missing))
    })
  }
})

async function isAccepted(adapter: Adapter, records: readonly LogRecord[]): Promise<boolean> {
  try {
    await adapter.write(records, AbortSignal.timeout(1000))
    return true
  } catch (error) {
    if (error instanceof AdapterError) return false
    throw error
  }
}
