import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'

/** Runs a compiled program of the workspace on this terminal and returns its exit code unchanged (128 + n after signal n). */
export function runProgram(path, args) {
  if (!existsSync(path)) {
    console.error(`Expected \`${path}\` to exist after the build.`)
    return 1
  }
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path, ...args], { stdio: 'inherit' })
    // A terminal sends SIGINT to both; what is sent to this process alone has to be handed on. The program decides when to end.
    const signals = ['SIGTERM', 'SIGHUP', 'SIGINT']
    for (const signal of signals) process.on(signal, () => signal !== 'SIGINT' && child.kill(signal))
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
}
