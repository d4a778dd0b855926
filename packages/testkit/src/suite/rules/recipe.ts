import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { ConfigError } from '@holdfast/core'
import { makeRecords } from '../../records/make-records.js'
import { expectArrived } from '../expect-arrivals.js'
import type { Chapter, Room } from '../rule.js'

const UNKNOWN_OPTION = 'noSuchOption'

/** What a factory and its recipe promise. */
export const RECIPE: Chapter = {
  title: 'Recipe and options',
  rules: [
    {
      title: 'MUST open nothing before `create` is called',
      check: async (room) => {
        const before = { files: readdirSync(room.dir), resources: process.getActiveResourcesInfo() }

        const recipe = room.recipe()

        assert.equal(recipe.kind, 'recipe')
        assert.deepEqual({ files: readdirSync(room.dir), resources: process.getActiveResourcesInfo() }, before)
      },
    },
    {
      title: 'MUST give the recipe and its adapter the same name',
      check: async (room) => {
        const { name } = room.recipe()

        const adapter = room.open()

        assert.match(name, /\S/, 'Expected a name, got none.')
        assert.equal(adapter.name, name)
      },
    },
    {
      title: 'MUST say of SIGHUP what its adapter says',
      check: async (room) => {
        const { reopensOnHangup = false } = room.recipe()

        const adapter = room.open()

        assert.equal(adapter.reopensOnHangup ?? false, reopensOnHangup, 'Expected `reopensOnHangup` to be the same in both.')
      },
    },
    {
      title: 'MUST have options that JSON can carry, unless it runs in the application',
      check: async (room) => {
        const { options, place } = room.recipe()
        if (place === 'application') return

        const carried: unknown = JSON.parse(JSON.stringify(options))

        assert.deepEqual(options, carried)
      },
    },
    {
      title: 'SHOULD name the module that exports the factory, unless it runs in the application',
      check: async (room) => {
        const { module, place } = room.recipe()
        if (place === 'application') return

        assert.match(
          module ?? '',
          /\S/,
          'Expected `module` in the definition, got none: only the local writer can build this adapter.',
        )
      },
    },
    {
      title: 'MUST refuse an unknown option when the factory is called',
      needs: ['factory'],
      check: async (room) => {
        const problems = problemsOf(room, { [UNKNOWN_OPTION]: true })

        assert.deepEqual(withoutProblem(problems, [UNKNOWN_OPTION]), [])
      },
    },
    {
      title: 'MUST list every wrong option in one `ConfigError`',
      needs: ['factory', 'badOptions'],
      check: async (room) => {
        const badOptions = room.suite.badOptions ?? {}

        const problems = problemsOf(room, badOptions)

        assert.deepEqual(withoutProblem(problems, Object.keys(badOptions)), [])
      },
    },
    {
      title: 'MUST build a working adapter each time `create` is called',
      bothWays: true,
      check: async (room) => {
        const records = makeRecords(4)
        const recipe = room.recipe()

        for (const half of [records.slice(0, 2), records.slice(2)]) {
          const adapter = recipe.create()
          await room.write(adapter, half)
          await adapter.close?.()
        }

        await expectArrived(room, records)
      },
    },
  ],
}

/** The paths of the problems that the factory finds in valid options with some changed. */
function problemsOf(room: Room, changed: Readonly<Record<string, unknown>>): readonly string[] {
  const { options } = room.recipe()
  try {
    room.suite.factory?.({ ...(options as object), ...changed } as never)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ path }) => path)
    throw error
  }
  return assert.fail(`Expected a \`ConfigError\` about \`${Object.keys(changed).join('`, `')}\`, got a recipe.`)
}

/** A problem is about an option when its path ends with the option's name, or goes on below it. */
function withoutProblem(paths: readonly string[], options: readonly string[]): readonly string[] {
  return options.filter((option) => !paths.some((path) => path.split(/[.[\]]+/).includes(option)))
}
