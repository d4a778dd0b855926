import { join } from 'node:path'
import { CACHE } from './archives.js'
import type { Manager } from './project.js'

/** Everything beside each other in one node_modules. */
export const NPM: Manager = {
  name: 'npm',
  manifest: (archives) => ({ overrides: filesOf(archives) }),
  install: ['npm', 'install', '--ignore-scripts', '--prefer-offline'],
}

/** Strict: a package finds what it depends on and nothing else. */
export const PNPM: Manager = {
  name: 'pnpm',
  manifest: (archives) => ({ pnpm: { overrides: filesOf(archives) } }),
  files: { '.npmrc': `node-linker=isolated\nhoist=false\nstore-dir=${join(CACHE, 'pnpm')}\nprefer-offline=true\n` },
  install: [
    'npm',
    'exec',
    '--yes',
    '--package=pnpm@10.34.9',
    '--',
    'pnpm',
    'install',
    '--no-frozen-lockfile',
    '--ignore-scripts',
  ],
}

/** Plug'n'Play: no node_modules at all, and packages stay in their archives. */
export const YARN: Manager = {
  name: 'yarn',
  manifest: (archives) => ({ packageManager: 'yarn@4.18.1', resolutions: filesOf(archives) }),
  files: {
    '.yarnrc.yml': `nodeLinker: pnp\nenableTelemetry: false\nenableScripts: false\nenableGlobalCache: false\nhttpTimeout: 20000\ncacheFolder: ${join(CACHE, 'yarn')}\n`,
    'yarn.lock': '',
  },
  install: ['npm', 'exec', '--yes', '--package=@yarnpkg/cli-dist@4.18.1', '--', 'yarn', 'install', '--no-immutable'],
}

function filesOf(archives: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(archives).map(([name, path]) => [name, `file:${path}`]))
}
