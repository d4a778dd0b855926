import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigError } from '@holdfast/core'
import { type JournaldOptions, journaldAdapter } from '@holdfast/journald'
import { assertLinux } from '../dist/check-options.js'

function problemsOf(options: Readonly<Record<string, unknown>>): readonly string[] {
  try {
    journaldAdapter(options as JournaldOptions)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path }) => path)
    throw error
  }
  return []
}

describe('journaldAdapter', () => {
  test('takes valid options', () => {
    assert.deepEqual(problemsOf({ client: 'stream', path: '/run/systemd/journal.media/socket', identifier: 'encoder' }), [])
  })

  test('names every option that is wrong', () => {
    const problems = problemsOf({ client: 'nativ', path: 'journal/socket', identifier: 'a\nb', messageIdKey: ' ', socket: '/x' })

    assert.deepEqual([...problems].sort(), [
      'journald.client',
      'journald.identifier',
      'journald.messageIdKey',
      'journald.path',
      'journald.socket',
    ])
  })

  test('refuses a path that no address can hold', () => {
    assert.deepEqual(problemsOf({ path: `/${'a'.repeat(107)}` }), ['journald.path'])
    assert.deepEqual(problemsOf({ path: `/${'a'.repeat(106)}` }), [])
  })

  test('refuses a path for the client that cannot have one', () => {
    assert.deepEqual(problemsOf({ client: 'systemd-journald', path: '/run/x' }), ['journald.path'])
  })

  test('makes a recipe that a writer in another thread or process can build again', async () => {
    const recipe = journaldAdapter({ identifier: 'encoder' })
    const { journaldAdapter: factory } = (await import(recipe.module ?? '')) as {
      readonly journaldAdapter: typeof journaldAdapter
    }

    const rebuilt = factory(JSON.parse(JSON.stringify(recipe.options)) as JournaldOptions)

    assert.equal(recipe.place, 'writer')
    assert.deepEqual(rebuilt.options, recipe.options)
  })

  test('is an error on other systems, which says how one configuration serves all', () => {
    assert.throws(() => assertLinux('darwin'), {
      name: 'ConfigError',
      message: /journald` to be used on Linux, where journald is, got `darwin`.*process\.platform === 'linux'/,
    })
  })
})
