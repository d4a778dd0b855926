import { existsSync, readFileSync } from 'node:fs'
import { filesBelow, projects, sources } from './projects.mjs'
import { StepFailed } from './step.mjs'

const LONG = 250
const TOO_LONG = 400
const ROOMS = ['packages', 'test', 'docs', 'scripts']

/**
 * Every source belongs to a project of `tsc -b` and has its output: one that is left out (a type test, say) would pass unseen.
 * No hand-written file is longer than 400 lines; above 250 it is named.
 */
export function checkSources() {
  const compiled = projects().flatMap(sources)
  const files = ROOMS.flatMap((room) => filesBelow(room)).filter((path) => /\.m?[tj]s$/.test(path))
  const known = new Set(compiled.map(({ source }) => source))
  const lengths = files.filter((path) => !path.includes('.generated.')).map((path) => ({ path, lines: countLines(path) }))
  const tooLong = lengths.filter(({ lines }) => lines > TOO_LONG)
  const long = lengths.filter(({ lines }) => lines > LONG && lines <= TOO_LONG)

  const problems = [
    ...files.filter((path) => /(?<!\.d)\.m?ts$/.test(path) && !known.has(path)).map((path) => `${path}: no project compiles it`),
    ...compiled
      .filter(({ output }) => !existsSync(output))
      .map(({ source, output }) => `${source}: expected \`${output}\` to exist`),
    ...tooLong.map(({ path, lines }) => `${path}: expected at most ${TOO_LONG} lines, got ${lines}`),
  ]
  if (compiled.length === 0) problems.push('expected sources, got none')
  if (problems.length > 0) throw new StepFailed(`problems: ${problems.length}`, problems.join('\n'))
  const names = long.map(({ path, lines }) => `${path} (${lines})`)
  return `${files.length} files${names.length > 0 ? `; long: ${names.join(', ')}` : ''}`
}

function countLines(path) {
  return readFileSync(path, 'utf8').split('\n').length - 1
}
