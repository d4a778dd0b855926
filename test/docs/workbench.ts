import { spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cleanEnv } from '../fixtures/spawn.js'
import type { Fence } from './fences.js'
import { ROOT } from './pages.js'

const TIME_LIMIT_MS = 20_000
/** Below test/, so that the packages resolve as they do for the tests. */
const HOME = fileURLToPath(new URL('../', import.meta.url))

/** What a snippet or a command did. */
export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** stdout and stderr in the order in which they were written. */
  readonly output: string
}

/**
 * A folder in which snippets are compiled and run. Each page has a folder of its own there, and a snippet whose first line is
 * `// name.js` is the file of that name, so that others of its page can import or start it.
 */
export class Workbench {
  readonly #folder: string = mkdtempSync(join(HOME, '.snippets-'))

  /** Compiles all of them as one program; returns what the compiler said, or ''. */
  compile(fences: readonly Fence[]): string {
    writeFileSync(join(this.#folder, 'package.json'), '{ "type": "module" }\n')
    writeFileSync(join(this.#folder, 'tsconfig.json'), JSON.stringify(PROJECT))
    for (const fence of fences) {
      const path = join(this.#folder, folderOf(fence.page), fileOf(fence))
      mkdirSync(dirname(path), { recursive: true })
      // moved down, so that the compiler and stacks name the lines of the page
      writeFileSync(path, '\n'.repeat(fence.line) + fence.text)
    }
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(this.#folder, 'tsconfig.json')],
      { encoding: 'utf8' },
    )
    return status === 0 ? '' : `${stdout}${stderr}`
  }

  /** Runs a compiled snippet in the folder of its page. */
  run(fence: Fence, env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
    return this.#spawn(fence, process.execPath, [fileOf(fence).replace(/\.ts$/, '.js')], env)
  }

  /** Runs commands of a shell in the folder of its page. */
  shell(fence: Fence): Promise<Outcome> {
    const PATH = `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`
    return this.#spawn(fence, 'sh', ['-eu', '-c', fence.text], { PATH })
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #spawn(fence: Fence, command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Outcome> {
    const cwd = join(this.#folder, 'out', folderOf(fence.page))
    mkdirSync(cwd, { recursive: true })
    const path = join(cwd, `output-${fence.line}-${Object.keys(env).length}.txt`)
    const file = openSync(path, 'w')
    const child = spawn(command, args, {
      cwd,
      env: cleanEnv(env),
      stdio: ['ignore', file, file],
      timeout: TIME_LIMIT_MS,
      killSignal: 'SIGKILL',
    })
    closeSync(file)
    return new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code, signal) => resolve({ code, signal, output: readFileSync(path, 'utf8') }))
    })
  }
}

const PROJECT = {
  extends: '../../../tsconfig.base.json',
  compilerOptions: {
    rootDir: '.',
    outDir: 'out',
    allowJs: true,
    checkJs: true,
    composite: false,
    incremental: false,
    declaration: false,
    declarationMap: false,
    sourceMap: false,
    isolatedDeclarations: false,
    // what a page shows, it need not use
    noUnusedLocals: false,
    noUnusedParameters: false,
  },
  include: ['*/**/*.ts', '*/**/*.js'],
  exclude: ['out'],
}

function folderOf(page: string): string {
  return page.replaceAll(/[^\w-]/g, '_')
}

function fileOf({ line, language, text }: Fence): string {
  return /^\/\/ ([\w.-]+\.[jt]s)\n/.exec(text)?.[1] ?? `line-${line}.${language}`
}
