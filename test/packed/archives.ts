import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { cleanEnv } from '../fixtures/spawn.js'

export const ROOT: string = join(import.meta.dirname, '../../..')
/** What tests of packed packages keep from one run to the next. */
export const CACHE: string = join(ROOT, '.cache/packed')

/** The archive of each package by its name, as it is published. Packed once for all test files, and again after each build that changed one. */
export function archives(): Readonly<Record<string, string>> {
  const folder = join(CACHE, `archives-${stamp()}`)
  if (!existsSync(folder)) pack(folder)
  const files = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  return Object.fromEntries(files.map((file) => [nameOf(file), join(folder, file)]))
}

/** `holdfast-core-0.1.0.tgz` is `@holdfast/core`. */
function nameOf(file: string): string {
  const stem = file.replace(/-\d+\.\d+\.\d+.*$/, '')
  return stem.replace(/^holdfast-/, '@holdfast/')
}

function pack(folder: string): void {
  for (const old of readdirSync(makeCache()).filter((name) => name.startsWith('archives-')))
    rmSync(join(CACHE, old), { recursive: true, force: true })
  const draft = mkdtempSync(join(CACHE, 'draft-'))
  const script = `import { pack } from ${JSON.stringify(pathToFileURL(join(ROOT, 'scripts/pack.mjs')))}; await pack(${JSON.stringify(draft)})`
  const args = ['--input-type=module', '--eval', script]
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, env: cleanEnv(), encoding: 'utf8' })
  if (status !== 0) throw new Error(`Expected the packages to be packed.\n${stderr}`)
  if (!existsSync(folder)) renameSync(draft, folder)
  else rmSync(draft, { recursive: true, force: true })
}

function makeCache(): string {
  mkdirSync(CACHE, { recursive: true })
  return CACHE
}

/** Changes with everything that archives are made of. */
function stamp(): string {
  const packages = join(ROOT, 'packages')
  const files = readdirSync(packages).flatMap((name) => [
    join(packages, name, 'package.json'),
    join(packages, name, 'README.md'),
    ...below(join(packages, name, 'dist')),
  ])
  const hash = createHash('sha256')
  for (const path of [...files, ...['bundle', 'pack'].map((name) => join(ROOT, `scripts/${name}.mjs`))]) {
    if (!existsSync(path)) continue
    const { size, mtimeMs } = statSync(path)
    hash.update(`${path} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex').slice(0, 12)
}

function below(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js') || path.endsWith('.d.ts'))
    .map((path) => join(folder, path))
}
