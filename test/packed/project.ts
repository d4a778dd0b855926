import { type SpawnSyncReturns, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after } from 'node:test'
import { PATIENCE_MS } from '../fixtures/patience.js'
import { QUIET_TOOLS } from '../fixtures/quiet-tools.js'
import { cleanEnv } from '../fixtures/spawn.js'
import { archives, CACHE, ROOT } from './archives.js'

/** Why a test is skipped that could not install anything. */
export const NO_REGISTRY = 'needs the npm registry'

const INSTALL_LIMIT_MS = 110_000
const NETWORK_FAULT =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNRESET|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|ERR_PNPM_FETCH|ERR_PNPM_META_FETCH_FAIL|RequestError)/

/** A package manager, as a user of it would set it up. */
export interface Manager {
  readonly name: string
  /** The packages of ours that only others depend on have no registry to come from: how this manager is told where they are. */
  readonly manifest: (archives: Readonly<Record<string, string>>) => object
  readonly files?: Readonly<Record<string, string>>
  readonly install: readonly [command: string, ...args: string[]]
}

export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A blank project outside of the workspace into which the packed packages are installed; gone after the tests of the file. */
export class Project {
  readonly folder: string

  private constructor(folder: string) {
    this.folder = folder
  }

  /** `undefined` where the registry cannot be reached. `dependencies`: ours by name alone, others with their version. */
  static install(manager: Manager, dependencies: Readonly<Record<string, string>>, type = 'module'): Project | undefined {
    const packed = archives()
    const folder = mkdtempSync(join(tmpdir(), `holdfast-${manager.name}-`))
    after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
    const project = new Project(folder)
    const ours = Object.keys(dependencies).map((name) => [
      name,
      packed[name] === undefined ? dependencies[name] : `file:${packed[name]}`,
    ])
    const manifest = { name: 'blank', private: true, type, ...manager.manifest(packed), dependencies: Object.fromEntries(ours) }
    project.write({ 'package.json': JSON.stringify(manifest, null, 2), ...manager.files })
    const [command, ...args] = manager.install
    const { status, stdout, stderr, error } = project.#spawn(command, args, {}, INSTALL_LIMIT_MS)
    if (status === 0) return project
    const output = `${stdout}${stderr}${error ?? ''}`
    if (NETWORK_FAULT.test(output)) return undefined
    throw new Error(`Expected ${manager.name} to install the packed packages.\n${output}`)
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.folder, name)), { recursive: true })
      writeFileSync(join(this.folder, name), text)
    }
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), 'utf8')
  }

  /** The JSON lines of a file of the project, none when it is not there. */
  lines(path: string): readonly Readonly<Record<string, unknown>>[] {
    if (!existsSync(join(this.folder, path))) return []
    return this.read(path)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
  }

  node(args: readonly string[], env: Readonly<Record<string, string>> = {}): Outcome {
    return this.run(process.execPath, args, env)
  }

  run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Outcome {
    const { status: code, stdout, stderr } = this.#spawn(command, args, env, PATIENCE_MS)
    return { code, stdout, stderr }
  }

  /** Compiles with the compiler of the workspace; what it says, or ''. */
  compile(args: readonly string[]): string {
    const { status, stdout, stderr } = this.#spawn(
      process.execPath,
      [join(ROOT, 'node_modules/typescript/bin/tsc'), ...args],
      {},
      PATIENCE_MS,
    )
    return status === 0 ? '' : `${stdout}${stderr}`
  }

  #spawn(
    command: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    timeout: number,
  ): SpawnSyncReturns<string> {
    const caches = { npm_config_cache: join(CACHE, 'npm'), XDG_STATE_HOME: join(this.folder, '.state') }
    const PATH = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
    return spawnSync(command, args, {
      cwd: this.folder,
      env: cleanEnv({ ...QUIET_TOOLS, ...caches, PATH, ...env }),
      encoding: 'utf8',
      timeout,
      killSignal: 'SIGKILL',
    })
  }
}
