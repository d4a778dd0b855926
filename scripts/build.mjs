import { existsSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { filesBelow, projects } from './projects.mjs'
import { StepFailed, step, tool } from './step.mjs'

/** Compiles the whole workspace, or one project with what it refers to. */
export async function build(project) {
  if (project !== undefined && !existsSync(join(project, 'tsconfig.json'))) {
    await step('build', () => {
      throw new StepFailed(`expected \`${project}/tsconfig.json\` to exist`)
    })
  }
  removeStaleOutputs()
  const pretty = process.stderr.isTTY ? ['--pretty'] : []
  await step('build', () => tool('typescript', ['-b', ...(project === undefined ? [] : [project]), ...pretty]))
}

/** `tsc` never deletes the output of a source that is gone; such a file would still be imported, tested or published. */
function removeStaleOutputs() {
  for (const { rootDir, outDir } of projects()) {
    for (const output of filesBelow(outDir)) {
      const stem = /^(.*?)(?:\.d)?\.m?[jt]s(?:\.map)?$/.exec(relative(outDir, output))?.[1]
      if (stem !== undefined && !hasSource(join(rootDir, stem))) rmSync(output)
    }
  }
}

function hasSource(stem) {
  return ['.ts', '.mts', '.js', '.mjs'].some((extension) => existsSync(stem + extension))
}
