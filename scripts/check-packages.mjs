import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { pack } from './pack.mjs'
import { filesBelow, readJson } from './projects.mjs'
import { StepFailed, tool } from './step.mjs'

/** What libraries depend on stays small: minified and compressed. */
const MAX_GZIP_BYTES = { '@holdfast/api': 3000 }

/** Packs every package as it is published, then looks at what is inside and how its entries resolve. */
export async function checkPackages() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-pack-'))
  try {
    const archives = await packChecked(folder)
    return `${archives.length} packages`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Packs every package into a folder; fails when there is anything wrong with one. */
export async function packChecked(folder) {
  const archives = await pack(folder)
  const problems = (await Promise.all(archives.map(checkArchive))).flat()
  if (problems.length > 0) throw new StepFailed(`problems: ${problems.length}`, problems.join('\n'))
  return archives
}

async function checkArchive({ name, archive, stage, gzipBytes }) {
  const most = MAX_GZIP_BYTES[name] ?? Number.POSITIVE_INFINITY
  return [
    ...(await faultsOf('publint', ['run', archive, '--strict'])),
    ...(await faultsOf('@arethetypeswrong/cli', [archive, '--profile', 'esm-only', '--format', 'ascii', '--no-color'])),
    ...checkFiles(stage),
    ...(gzipBytes > most ? [`${name}: expected at most ${most} bytes minified and compressed, got ${gzipBytes}`] : []),
  ]
}

async function faultsOf(name, args) {
  try {
    await tool(name, args)
    return []
  } catch (error) {
    if (error instanceof StepFailed) return [error.output.trimEnd()]
    throw error
  }
}

/** What a consumer gets: the licence, a readme, sources for the source maps; no build state, no tests, no workspace links. */
function checkFiles(folder) {
  const { name, exports, dependencies = {} } = readJson(join(folder, 'package.json'))
  const entries = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)))
  const missing = ['LICENSE', 'README.md', ...entries, ...sourcesOfMaps(folder)].filter((path) => !existsSync(join(folder, path)))
  const surplus = ['dist/.tsbuildinfo', '.test', 'test', 'tsconfig.json'].filter((path) => existsSync(join(folder, path)))
  const links = Object.entries(dependencies).filter(([, version]) => version.includes(':'))
  return [
    ...missing.map((path) => `${name}: expected \`${path}\` in the package`),
    ...surplus.map((path) => `${name}: expected no \`${path}\` in the package`),
    ...links.map(([dependency, version]) => `${name}: expected a version of ${dependency}, got \`${version}\``),
  ]
}

function sourcesOfMaps(folder) {
  const maps = filesBelow(join(folder, 'dist')).filter((path) => path.endsWith('.map'))
  return maps.flatMap((map) => readJson(map).sources.map((source) => relative(folder, join(dirname(map), source))))
}
