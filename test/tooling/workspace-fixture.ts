import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const SCRIPTS = fileURLToPath(new URL('../../../scripts', import.meta.url))

export interface Outcome {
  readonly exitCode: number | null
  /** What it printed, on both streams. */
  readonly text: string
}

/** A workspace in a temporary folder with the real scripts and made-up files, gone when disposed of. */
export class WorkspaceFixture implements Disposable {
  readonly #folder: string = mkdtempSync(join(tmpdir(), 'holdfast-workspace-'))

  constructor(files: Readonly<Record<string, string>>) {
    cpSync(SCRIPTS, join(this.#folder, 'scripts'), { recursive: true })
    for (const [path, text] of Object.entries(files)) this.write(path, text)
  }

  write(path: string, text: string): void {
    const whole = join(this.#folder, path)
    mkdirSync(dirname(whole), { recursive: true })
    writeFileSync(whole, text)
  }

  /** Runs Node inside the workspace. */
  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Outcome {
    const child = spawnSync(process.execPath, args, {
      cwd: this.#folder,
      encoding: 'utf8',
      env: { ...process.env, HOLDFAST_REQUIRE_PEERS: '', ...env },
    })
    return { exitCode: child.status, text: child.stdout + child.stderr }
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
