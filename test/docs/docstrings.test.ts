import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import { ROOT, readSource } from './pages.js'

const PACKAGES = readdirSync(`${ROOT}packages`)

/** A name that an entry of a package exports, and the source that declares it. */
interface PublicName {
  readonly name: string
  readonly file: string
}

describe('every public name has a docstring', () => {
  for (const folder of PACKAGES) {
    it(folder, () => {
      const names = publicNames(folder)

      assert.ok(names.length > 0)
      assert.deepEqual(
        names.filter((entry) => !isDocumented(entry)).map(({ name, file }) => `${file}: ${name}`),
        [],
      )
    })
  }
})

/** What `src/index.ts` exports from the files of its own package; what it passes on of others is looked at there. */
function publicNames(folder: string): readonly PublicName[] {
  const index = readSource(`packages/${folder}/src/index.ts`)
  assert.doesNotMatch(index, /export \*/)
  const own = [...index.matchAll(/export (?:type )?\{([^}]*)\} from '\.\/([^']+)\.js'/g)]
  return own.flatMap(([, list = '', path = '']) =>
    list
      .split(',')
      .map(
        (entry) =>
          entry
            .trim()
            .replace(/^type /, '')
            .split(' as ')[0] ?? '',
      )
      .filter((name) => name !== '')
      .map((name) => ({ name, file: `packages/${folder}/src/${path}.ts` })),
  )
}

/** Comments for a tool may stand between the docstring and the declaration. */
function isDocumented({ name, file }: PublicName): boolean {
  const declaration = new RegExp(
    `\\*/\\n(?://[^\\n]*\\n)*export (?:declare |abstract |async )*(?:const|function|class|interface|type) ${name}\\b`,
  )
  return declaration.test(readSource(file))
}
