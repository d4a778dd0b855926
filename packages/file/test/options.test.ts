import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { describe, it } from 'node:test'
import { ConfigError } from '@holdfast/core'
import { FILE_VARIABLES, type FileOptions, fileAdapter, resolveFileOptions } from '@holdfast/file'
import { cleanPrefix } from '../dist/place.js'

function problemsOf(options: unknown): readonly string[] {
  try {
    fileAdapter(options as FileOptions)
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('options', () => {
  it('writes below logs, named after the package, when nothing is given', () => {
    const { target, latest } = resolveFileOptions({})

    assert.deepEqual(target, { kind: 'directory', dir: resolve('logs'), prefix: 'file' })
    assert.equal(latest, resolve('logs/file_latest.log'))
  })

  it('lists every problem in one error, with the nearest name of an unknown option', () => {
    const problems = problemsOf({
      path: '',
      rotat: {},
      rotate: { maxBytes: -1, evry: 'day' },
      retain: { maxAgeMs: 1, maxAgeDays: 1 },
      mode: 0o1777,
    })

    assert.deepEqual(problems, [
      'Expected `file.path` to be a path: a text that is not empty and has no NUL, got an empty text.',
      'Expected `file.rotat` to be an option of `file`, got an unknown name. Did you mean `file.rotate`?',
      'Expected `file.rotate.maxBytes` to be a positive integer, got `-1`.',
      'Expected `file.rotate.evry` to be an option of `file.rotate`, got an unknown name. Did you mean `file.rotate.every`?',
      'Expected `file.mode` to be permission bits from 0 to 0o777, got `1023`.',
      'Expected `file.retain.maxAgeDays` to be absent beside `maxAgeMs`, got `1`.',
    ])
  })

  for (const [name, bad] of Object.entries({
    format: 'xml',
    compress: 'brotli',
    latest: '../latest',
    fsync: 'sometimes',
    fsyncIntervalMs: 0,
    level: 'loud',
    place: 'moon',
    retain: [],
    dir: 7,
    prefix: 7,
  })) {
    it(`refuses \`${name}\`: ${JSON.stringify(bad)}`, () => {
      assert.match(problemsOf({ [name]: bad })[0] ?? '', new RegExp(`^Expected \`file\\.${name}\` to be `))
    })
  }

  it('refuses `path` together with what belongs to `dir`', () => {
    assert.equal(problemsOf({ path: 'a.log', dir: 'logs', prefix: 'a', latest: true }).length, 3)
  })

  it('fixes relative places at the call, so that a later change of directory moves nothing', () => {
    const recipe = fileAdapter({ path: 'logs/app.log' })

    assert.equal((recipe.options as FileOptions).path, resolve('logs/app.log'))
  })

  for (const [given, clean] of [
    ['app', 'app'],
    ['../../etc/passwd', 'etc-passwd'],
    ['a/b\\c:d', 'a-b-c-d'],
    ['..', ''],
    ['.hidden', 'hidden'],
    ['\u202e\n\u0000x', 'x'],
    ['größe 7', 'größe-7'],
    ['///', ''],
  ] as const) {
    it(`makes the prefix ${JSON.stringify(clean)} of ${JSON.stringify(given)}`, () => {
      assert.equal(cleanPrefix(given), clean)
    })
  }

  it('answers an option that belongs into a section with its place', () => {
    assert.deepEqual(problemsOf({ maxFiles: 3 }), [
      'Expected `file.maxFiles` to be an option of `file`, got an unknown name. Did you mean `file.retain.maxFiles`?',
    ])
  })

  for (const [options, resource] of [
    [{ path: 'logs/app.log' }, `file:${resolve('logs/app.log')}`],
    [{ path: '/dev/stdout' }, undefined],
    [{ dir: 'logs' }, undefined],
    [{}, undefined],
  ] as const) {
    it(`owns ${resource ?? 'nothing that no other adapter may have'} with ${JSON.stringify(options)}`, () => {
      assert.equal(fileAdapter(options).resource, resource)
    })
  }

  it('owns nothing any more once a variable has moved the file into a directory', () => {
    const recipe = fileAdapter({ path: '/x.log' }).applyEnvironment?.((name) => ({ FILE_DIR: '/var/log/x' })[name])

    assert.equal(recipe?.resource, undefined)
  })

  it('leaves SIGHUP alone unless asked', () => {
    const reopensOnHangup = (options: FileOptions) => {
      const recipe = fileAdapter(options)
      assert.equal(recipe.create().reopensOnHangup, recipe.reopensOnHangup ?? false)
      return recipe.reopensOnHangup ?? false
    }

    assert.deepEqual(
      [reopensOnHangup({}), reopensOnHangup({ path: 'x' }), reopensOnHangup({ reopenOnSighup: true })],
      [false, false, true],
    )
  })

  it('makes a recipe for the writer that another process can build', () => {
    const recipe = fileAdapter({ dir: 'logs', level: 'warning' })

    assert.equal(recipe.place, 'writer')
    assert.match(recipe.module ?? '', /^file:.*\/file-adapter\.js$/)
    assert.deepEqual(recipe.lane, { level: 'warning' })
    assert.deepEqual(JSON.parse(JSON.stringify(recipe.options)), recipe.options)
  })
})

describe('environment', () => {
  const apply = (options: FileOptions, variables: Readonly<Record<string, string>>) =>
    fileAdapter(options).applyEnvironment?.((name) => variables[name])

  it('moves the files with FILE_DIR, also those of a `path`, and sets the level with FILE_LEVEL', () => {
    const recipe = apply({ path: 'x.log' }, { FILE_DIR: '/var/log/x', FILE_LEVEL: 'WARN' })

    assert.deepEqual(resolveFileOptions(recipe?.options as FileOptions).target, {
      kind: 'directory',
      dir: '/var/log/x',
      prefix: 'file',
    })
    assert.equal(recipe?.lane.level, 'warning')
  })

  it('changes nothing without variables', () => {
    assert.deepEqual(apply({ path: '/x.log' }, {})?.options, fileAdapter({ path: '/x.log' }).options)
  })

  it('refuses a level that is none', () => {
    assert.throws(() => apply({}, { FILE_LEVEL: 'loud' }), /Expected `FILE_LEVEL` to be a level name, got `loud`/)
  })

  it('takes empty variables for absent ones', () => {
    assert.deepEqual(
      apply({ path: '/x.log' }, { FILE_DIR: ' ', FILE_LEVEL: '' })?.options,
      fileAdapter({ path: '/x.log' }).options,
    )
  })

  it('lists exactly the variables that it reads', () => {
    const read: string[] = []
    fileAdapter({}).applyEnvironment?.((name) => {
      read.push(name)
      return undefined
    })

    assert.deepEqual(read.sort(), FILE_VARIABLES.map(({ name }) => name).sort())
  })
})
