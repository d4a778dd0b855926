import { build } from './build.mjs'
import { checkImports } from './check-imports.mjs'
import { checkPackages } from './check-packages.mjs'
import { checkSources } from './check-sources.mjs'
import { command, StepFailed, step, tool } from './step.mjs'

/** Everything that can be said about the workspace without running it. Each step runs, whatever came before; returns the exit code. */
export async function check() {
  const steps = [
    () =>
      step('style', () =>
        tool('@biomejs/biome', ['check', '--error-on-warnings', `--colors=${process.stderr.isTTY ? 'force' : 'off'}`, '.']),
      ),
    () => build(),
    () => step('sources', checkSources),
    () => step('generated', () => command(process.execPath, ['scripts/compile-validators.mjs', '--check']).then(() => undefined)),
    () => step('imports', checkImports),
    () => step('exports', checkPackages),
    () => step('unused', () => tool('knip', ['--no-progress'])),
  ]
  let failed = 0
  for (const run of steps) {
    try {
      await run()
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error
      failed++
    }
  }
  console.error(failed === 0 ? '\nAll checks passed.' : `\n${failed} of ${steps.length} checks failed.`)
  return failed === 0 ? 0 : 1
}
