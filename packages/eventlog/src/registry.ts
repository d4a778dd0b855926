import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** What came of a call of `reg.exe`. */
export interface RegistryAnswer {
  readonly isDone: boolean
  /** What it printed, in the language of the system. */
  readonly output: string
}

/** Runs `reg.exe` with these arguments. */
export type Registry = (args: readonly string[]) => RegistryAnswer

const TIME_LIMIT_MS = 30_000

/** The registry of this system. No shell stands between: `%SystemRoot%` and quotes arrive as they are. */
export const systemRegistry: Registry = (args) => {
  // by its path: the working directory may hold another program of that name
  const program = join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'reg.exe')
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: TIME_LIMIT_MS,
    windowsHide: true,
  })
  if (error !== undefined) return { isDone: false, output: error.message }
  return { isDone: status === 0, output: `${stdout}${stderr}`.trim() }
}
