import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { importsOf } from './import-scan.mjs'
import { readJson } from './projects.mjs'
import { StepFailed } from './step.mjs'

/** Where a package stands as it is published; `publishConfig.directory` names it, so that no package manager takes anything else. */
const STAGE = '.pack'

/** Modules that a packed package has beside its public entries; the names of the folders are those below packages/. */
const OTHER_ENTRIES = {
  // what a writer process and a writer thread run
  core: ['host/process-main.js', 'host/thread-main.js'],
}

/** Modules that know from their own place where others stand: they stay files, where they are. They import nothing of ours. */
const PLACED = {
  core: ['writer/remote/writer-program.js'],
}

/**
 * Writes a package as it is published into a folder, its own `.pack` by default: one file of JavaScript for each entry, and one for what entries share, so that
 * a class is there once; the declarations that the public entries reach; the sources that maps lead to; the licence.
 * Other packages of ours stay imports. It takes the output of `tsc`, which has to be there.
 */
export async function bundle(home, stage = join(home, STAGE)) {
  const manifest = readJson(join(home, 'package.json'))
  const dist = resolve(home, 'dist')
  const entries = publicEntries(manifest)
  for (const entry of entries) {
    if (!existsSync(join(dist, entry)))
      throw new StepFailed(`expected \`${join(home, 'dist', entry)}\` to exist, as after \`npm run build\``)
  }
  rmSync(stage, { recursive: true, force: true })
  mkdirSync(stage, { recursive: true })

  for (const { path, contents } of await bundleScripts(basename(resolve(home)), dist, entries))
    write(join(stage, 'dist', path), contents)
  for (const path of declarations(dist, entries)) copy(join(dist, path), join(stage, 'dist', path))
  cpSync(join(home, 'src'), join(stage, 'src'), { recursive: true })
  copyFileSync(join(home, 'README.md'), join(stage, 'README.md'))
  copyFileSync(join(home, '../../LICENSE'), join(stage, 'LICENSE'))
  write(join(stage, 'package.json'), `${JSON.stringify(publishedManifest(manifest, home), null, 2)}\n`)
}

/** The modules below dist/ that users can import or start. */
function publicEntries({ exports, bin = {} }) {
  const targets = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [entry] : [entry.default]))
  return [...targets, ...Object.values(bin)].filter((path) => path.endsWith('.js')).map((path) => relative('dist', path))
}

async function bundleScripts(name, dist, entries) {
  const { build } = await import('esbuild') // not at the top: this file is read before anything is installed
  const placed = PLACED[name] ?? []
  const { outputFiles } = await build({
    entryPoints: [...entries, ...(OTHER_ENTRIES[name] ?? []), ...placed].map((entry) => join(dist, entry)),
    outbase: dist,
    // the same depth as where it will stand, so that maps lead from there to the sources
    outdir: dist,
    chunkNames: 'shared/[name]-[hash]',
    bundle: true,
    splitting: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'error',
    plugins: [stayInPlace(dist, placed)],
  })
  return outputFiles.map(({ path, contents }) => ({ path: relative(dist, path), contents }))
}

/** Imports of placed modules stay imports. The files that import them may stand anywhere, so a path from there is written afterwards. */
function stayInPlace(dist, placed) {
  const paths = new Set(placed.map((path) => join(dist, path)))
  return {
    name: 'stay-in-place',
    setup({ onResolve, onEnd }) {
      onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
        const target = resolve(resolveDir, path)
        return kind !== 'entry-point' && paths.has(target) ? { path: placeMark(dist, target), external: true } : undefined
      })
      onEnd(({ outputFiles }) => {
        for (const file of outputFiles) {
          if (!file.path.endsWith('.js')) continue
          const text =
            paths.size === 0 ? file.text : [...paths].reduce((text, target) => fillMark(text, file.path, dist, target), file.text)
          if (text !== file.text) file.contents = Buffer.from(text)
        }
      })
    },
  }
}

function placeMark(dist, target) {
  return `placed:${relative(dist, target)}`
}

function fillMark(text, from, dist, target) {
  const path = relative(dirname(from), target)
  return text.replaceAll(`"${placeMark(dist, target)}"`, `"${path.startsWith('.') ? path : `./${path}`}"`)
}

/** The declarations that the entries reach, with their maps: what else `tsc` wrote nobody can import. */
function declarations(dist, entries) {
  const found = new Set()
  const waiting = entries.map((entry) => entry.replace(/js$/, 'd.ts'))
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue
    found.add(path)
    const imports = importsOf(readFileSync(join(dist, path), 'utf8')).filter((specifier) => specifier.startsWith('.'))
    waiting.push(...imports.map((specifier) => join(dirname(path), specifier).replace(/js$/, 'd.ts')))
  }
  return [...found].flatMap((path) => [path, `${path}.map`])
}

/** Versions instead of links to the workspace, and nothing that only development needs. */
function publishedManifest({ scripts: _, devDependencies: __, publishConfig: ___, ...manifest }, home) {
  const { dependencies = {} } = manifest
  if (Object.keys(dependencies).length === 0) return manifest
  const versions = workspaceVersions(join(home, '..'))
  const fixed = Object.entries(dependencies).map(([name, version]) => [
    name,
    version === 'workspace:*' ? versions.get(name) : version,
  ])
  return { ...manifest, dependencies: Object.fromEntries(fixed) }
}

function workspaceVersions(packages) {
  const manifests = readdirSync(packages).map((name) => join(packages, name, 'package.json'))
  return new Map(manifests.filter((path) => existsSync(path)).map((path) => [readJson(path).name, readJson(path).version]))
}

function write(path, contents) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, contents)
}

function copy(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to)
}
