import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { bundle } from './bundle.mjs'
import { npm, npmEnvironment } from './npm.mjs'
import { readJson } from './projects.mjs'
import { command } from './step.mjs'

/** Where `npm run pack` leaves what can be published. */
export const ARCHIVES = '.cache/tarballs'

/** Writes the archive of every package into a folder, emptied before, and what is in it below `folder/content`. Returns one entry for each. */
export async function pack(folder) {
  const names = readdirSync('packages').filter((name) => existsSync(join('packages', name, 'package.json')))
  rmSync(folder, { recursive: true, force: true })
  const stages = names.map((name) => join(folder, 'content', name))
  await Promise.all(names.map((name, index) => bundle(join('packages', name), stages[index])))
  const { file, args } = npm()
  const pack = ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder]
  await command(file, [...args, ...pack, ...stages.map((stage) => resolve(stage))], { env: npmEnvironment() })
  return Promise.all(stages.map((stage) => describe(stage, folder)))
}

async function describe(stage, folder) {
  const { name, version } = readJson(join(stage, 'package.json'))
  const archive = join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)
  const files = filesOf(stage)
  const minified = await minify(stage)
  return {
    name,
    version,
    stage,
    archive,
    files: files.length,
    archiveBytes: statSync(archive).size,
    unpackedBytes: sum(files.map((path) => statSync(path).size)),
    scriptBytes: sum(scripts(stage).map((path) => statSync(path).size)),
    gzipBytes: gzipSync(minified, { level: 9 }).length,
  }
}

/** The front door as a bundler would ship it, without its dependencies. */
async function minify(stage) {
  const { build } = await import('esbuild') // not at the top: this file is read before anything is installed
  const { outputFiles } = await build({
    entryPoints: [join(stage, 'dist/index.js')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    logLevel: 'error',
  })
  return outputFiles[0].contents
}

function scripts(stage) {
  return filesOf(join(stage, 'dist')).filter((path) => path.endsWith('.js'))
}

function filesOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}
