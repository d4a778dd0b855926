import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { networkFault, npm, npmEnvironment, withRetries } from './npm.mjs'
import { clearLine, command, StepFailed, step } from './step.mjs'

/** The newest line of pnpm that runs on Node 20; the same as `packageManager` of package.json. */
const PNPM = 'pnpm@10.34.9'
const STAMP = 'node_modules/.holdfast-install.json'

/** Installs the dependencies when the lockfile, the machine or the ABI of Node changed since the last time. */
export async function install() {
  const wanted = { lockfile: lockfileHash(), machine: `${process.platform}-${process.arch}-${process.versions.modules}` }
  const last = lastInstall()
  if (last?.lockfile === wanted.lockfile && last.machine === wanted.machine) return
  // pnpm keeps addons that were built for another Node, even with `rebuild`; taking everything away is quick, its store stays.
  if (last !== undefined && last.machine !== wanted.machine) removeModules()
  rmSync(STAMP, { force: true })
  await step('install', async () => {
    if (!process.stderr.isTTY) process.stderr.write('install   fetching what the lockfile names …\n')
    const output = await withRetries(pnpmInstall)
    return /added (\d+), done/.exec(output)?.[0].replace('added ', '').replace(', done', ' packages') ?? ''
  })
  writeFileSync(STAMP, `${JSON.stringify(wanted)}\n`)
}

function lockfileHash() {
  return createHash('sha256').update(readFileSync('pnpm-lock.yaml')).digest('hex')
}

function lastInstall() {
  if (!existsSync(STAMP)) return undefined
  try {
    return JSON.parse(readFileSync(STAMP, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined // half written: install again
    throw error
  }
}

function removeModules() {
  const rooms = readdirSync('packages').map((name) => join('packages', name))
  for (const folder of ['.', 'docs', 'test', ...rooms]) rmSync(join(folder, 'node_modules'), { recursive: true, force: true })
}

async function pnpmInstall() {
  const { file, args } = npm()
  try {
    return await command(file, [...args, 'exec', '--yes', `--package=${PNPM}`, '--', 'pnpm', 'install', '--frozen-lockfile'], {
      env: { ...npmEnvironment(), ...headers() },
      onText: showProgress,
    })
  } catch (error) {
    const fault = networkFault(error.output ?? '')
    if (fault === undefined) throw error
    throw new StepFailed(
      `expected to reach the npm registry, got \`${fault}\`; check the connection, or the proxy and registry settings of npm`,
      error.output,
    )
  }
}

/** Addons compile against the headers beside this Node when there are any, instead of fetching them. */
function headers() {
  const prefix = dirname(dirname(process.execPath))
  return existsSync(join(prefix, 'include', 'node', 'node.h')) ? { npm_config_nodedir: prefix } : {}
}

function showProgress(text) {
  const progress = /Progress: [^\n]*/.exec(text)?.[0]
  if (progress !== undefined && process.stderr.isTTY) process.stderr.write(`${clearLine()}install   ${progress}`)
}
