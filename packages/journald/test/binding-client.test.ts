import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, test } from 'node:test'
import type { AdapterError } from '@holdfast/core'
import { JournaldAdapter, type SendToJournal } from '@holdfast/journald'
import { makeRecord, makeRecords } from '@holdfast/testkit'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-journald-'))
after(() => rmSync(folder, { recursive: true }))
const present = join(folder, 'socket')
writeFileSync(present, '')

/** What the binding is called with is kept; it answers as libsystemd would. */
function openBinding(answers: readonly number[] = [], path: string = present) {
  const calls: (readonly [number, ...string[]])[] = []
  const left = [...answers]
  const send: SendToJournal = (...call) => {
    calls.push(call)
    return left.shift() ?? 0
  }
  const settings = { name: 'journald', client: 'systemd-journald', path, identifier: undefined, messageIdKey: undefined } as const
  return { calls, adapter: new JournaldAdapter(settings, { sources: { loadBinding: () => send } }) }
}

function failureOf(run: () => void): AdapterError {
  try {
    run()
  } catch (error) {
    return error as AdapterError
  }
  throw new Error('Expected a failure.')
}

describe('the client of the npm binding', () => {
  test('hands over the same fields as the native one, the priority as a number', () => {
    const { calls, adapter } = openBinding()

    adapter.writeSync?.([makeRecord({ level: 'error', message: 'a\nPRIORITY=0', extra: { 'x=y\nPRIORITY': '0' } })])

    const [[priority, ...fields] = [-1]] = calls
    assert.equal(priority, 3)
    assert.ok(fields.includes('MESSAGE=a\nPRIORITY=0'))
    assert.ok(fields.includes('X_Y_PRIORITY=0'))
    assert.ok(fields.every((field) => /^[A-Z][A-Z0-9_]*=/.test(field)))
    assert.ok(!fields.some((field) => field.startsWith('PRIORITY=')))
  })

  test('shows a NUL by its sign: behind a real one the binding sends what else is in memory', () => {
    const { calls, adapter } = openBinding()

    adapter.writeSync?.([makeRecord({ message: 'a\0b', extra: { key: '\0' } })])

    const fields = calls[0]?.slice(1) ?? []
    assert.ok(fields.includes('MESSAGE=a\u2400b'))
    assert.ok(fields.includes('KEY=\u2400'))
    assert.ok(!fields.some((field) => String(field).includes('\0')))
  })

  test('says that journald is absent, where libsystemd says that all is well', () => {
    const { calls, adapter } = openBinding([], join(folder, 'nothing'))

    const { code, accepted } = failureOf(() => adapter.writeSync?.(makeRecords(2)))

    assert.deepEqual({ code, accepted, calls: calls.length }, { code: 'JOURNALD_ABSENT', accepted: 0, calls: 0 })
  })

  test('heeds the answer, which the package throws away', () => {
    const { adapter } = openBinding([0, -111])

    const { code, accepted } = failureOf(() => adapter.writeSync?.(makeRecords(3)))

    assert.deepEqual({ code, accepted }, { code: 'JOURNALD_DEAD', accepted: 1 })
    assert.equal(adapter.health().details?.['trouble'], 'dead')
  })
})
