import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after } from 'node:test'
import { pathToFileURL } from 'node:url'
import { transformSync } from 'esbuild'
import { fencesOf } from '../docs/fences.js'
import { readPage } from '../docs/pages.js'

/** The module that a page of recipes shows under this name, as JavaScript. */
export function recipeSource(page: string, name: string): string {
  const fence = fencesOf(readPage(page)).find(({ text }) => text.startsWith(`// ${name}\n`))
  if (fence === undefined) throw new Error(`Expected ${page} to show ${name}.`)
  const tsconfigRaw = { compilerOptions: { experimentalDecorators: true, verbatimModuleSyntax: true } }
  return transformSync(fence.text, { loader: 'ts', format: 'esm', target: 'es2022', tsconfigRaw }).code
}

/** Imports modules that a page shows, by name; they find each other and what the tests depend on. */
export async function importRecipe<T>(page: string, ...names: readonly [string, ...string[]]): Promise<T> {
  const folder = mkdtempSync(join(import.meta.dirname, 'recipe-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  const paths = names.map((name) => join(folder, name.replace(/ts$/, 'js')))
  for (const [index, path] of paths.entries()) writeFileSync(path, recipeSource(page, names[index] as string))
  return (await import(pathToFileURL(paths[0] as string).href)) as T
}
