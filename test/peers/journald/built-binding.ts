import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { QUIET_TOOLS } from '../../fixtures/quiet-tools.js'
import { hasTools } from '../../fixtures/tools.js'

const PACKAGE = 'systemd-journald@1.5.2'
const CACHE = join(import.meta.dirname, '../../../../.cache/systemd-journald')

/**
 * The folder of modules in which the npm package `systemd-journald` is compiled for this Node; `undefined` when that cannot be, and the
 * test must end. The package is no dependency of the workspace, because nothing may be compiled when that is installed.
 */
export function builtBinding(test: TestContext): string | undefined {
  const folder = join(CACHE, `abi-${process.versions.modules}`)
  const modules = join(folder, 'node_modules')
  if (existsSync(join(modules, 'systemd-journald/build/Release/journal_send.node'))) return modules
  if (
    !hasTools(
      test,
      ['pkg-config', '--exists', 'libsystemd'],
      ['g++', '--version'],
      ['make', '--version'],
      ['python3', '--version'],
    )
  )
    return undefined
  const home = join(dirname(process.execPath), '..')
  if (!existsSync(join(home, 'include/node/node.h'))) {
    test.skip(`the headers of Node ${process.version} are not beside its program`)
    return undefined
  }
  mkdirSync(folder, { recursive: true })
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', '--foreground-scripts', PACKAGE]
  const env = { ...process.env, ...QUIET_TOOLS, npm_config_nodedir: home, npm_config_ignore_scripts: 'false' }
  const { status, stderr } = spawnSync('npm', args, { encoding: 'utf8', env, cwd: folder })
  if (status === 0) return modules
  test.skip(`${PACKAGE} cannot be installed: ${stderr.trim().split('\n').at(-1)}`)
  return undefined
}
