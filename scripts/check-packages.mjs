import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { PNPM } from './install.mjs'
import { npm, npmEnvironment, withRetries } from './npm.mjs'
import { filesBelow, readJson } from './projects.mjs'
import { command, StepFailed, tool } from './step.mjs'

/** Packs every package as it would be published, then looks at what is inside and how its entries resolve. */
export async function checkPackages() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-pack-'))
  try {
    await pack(folder)
    const archives = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
    const expected = readdirSync('packages').filter((name) => existsSync(join('packages', name, 'package.json')))
    if (archives.length !== expected.length) throw new StepFailed(`expected ${expected.length} archives, got ${archives.length}`)
    const problems = (await Promise.all(archives.map((name) => checkArchive(join(folder, name))))).flat()
    if (problems.length > 0) throw new StepFailed(`problems: ${problems.length}`, problems.join('\n'))
    return `${archives.length} packages`
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function pack(folder) {
  const { file, args } = npm()
  const pnpm = ['exec', '--yes', `--package=${PNPM}`, '--', 'pnpm']
  await withRetries(() =>
    command(file, [...args, ...pnpm, '--filter', './packages/*', '-r', 'pack', '--pack-destination', folder], {
      env: npmEnvironment(),
    }),
  )
}

async function checkArchive(archive) {
  const unpacked = archive.replace(/\.tgz$/, '')
  await command('mkdir', [unpacked])
  await command('tar', ['-xzf', archive, '-C', unpacked])
  return [
    ...(await faultsOf('publint', ['run', archive, '--strict'])),
    ...(await faultsOf('@arethetypeswrong/cli', [archive, '--profile', 'esm-only', '--format', 'ascii', '--no-color'])),
    ...checkFiles(join(unpacked, 'package')),
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
