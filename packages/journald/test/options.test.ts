import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigError } from '@holdfast/core'
import { JOURNALD_VARIABLES, type JournaldOptions, journaldAdapter } from '@holdfast/journald'
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

describe('environment', () => {
  const apply = (options: JournaldOptions, variables: Readonly<Record<string, string>>) =>
    journaldAdapter(options).applyEnvironment?.((name) => variables[name])

  test('wins over code', () => {
    const recipe = apply(
      { level: 'info', identifier: 'encoder' },
      {
        JOURNALD_LEVEL: 'WARN',
        JOURNALD_IDENTIFIER: 'media',
        JOURNALD_PATH: '/run/systemd/journal.media/socket',
        JOURNALD_CLIENT: 'stream',
      },
    )

    const path = '/run/systemd/journal.media/socket'
    assert.deepEqual(recipe?.options, { level: 'warning', identifier: 'media', path, client: 'stream' })
    assert.equal(recipe?.lane.level, 'warning')
  })

  test('counts as absent where it is empty', () => {
    assert.deepEqual(apply({ identifier: 'encoder' }, { JOURNALD_IDENTIFIER: ' ', JOURNALD_LEVEL: '' })?.options, {
      identifier: 'encoder',
    })
  })

  for (const [name, value] of [
    ['JOURNALD_LEVEL', 'loud'],
    ['JOURNALD_PATH', 'journal/socket'],
    ['JOURNALD_CLIENT', 'nativ'],
    ['JOURNALD_IDENTIFIER', 'a\nb'],
  ] as const) {
    test(`is refused by its name: ${name}=${JSON.stringify(value)}`, () => {
      assert.throws(() => apply({}, { [name]: value }), new RegExp(`^ConfigError: Expected \`${name}\` to be `))
    })
  }

  test('lists exactly the variables that are read', () => {
    const read: string[] = []
    journaldAdapter().applyEnvironment?.((name) => {
      read.push(name)
      return undefined
    })

    assert.deepEqual(read.sort(), JOURNALD_VARIABLES.map(({ name }) => name).sort())
  })
})
