import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, normalize, relative } from 'node:path'

/** The projects that `tsc -b` builds, as the references of the root tsconfig.json name them, with their folders. */
export function projects() {
  return readJson('tsconfig.json').references.map(({ path }) => {
    const { rootDir, outDir } = readJson(join(path, 'tsconfig.json')).compilerOptions
    return { path: normalize(path), rootDir: join(path, rootDir), outDir: join(path, outDir) }
  })
}

/** The TypeScript sources of a project with the file that each compiles to; declaration files compile to nothing. */
export function sources(project) {
  const nested = projects()
    .map(({ path }) => path)
    .filter((path) => path !== project.path)
  return filesBelow(project.rootDir, (folder) => nested.includes(folder))
    .filter((path) => /\.m?ts$/.test(path) && !/\.d\.m?ts$/.test(path))
    .map((source) => ({
      source,
      output: join(project.outDir, relative(project.rootDir, source)).replace(/ts$/, 'js'),
    }))
}

/** Paths of the files below a folder, without dependencies, dot folders and the folders that `isLeftOut` names. */
export function filesBelow(folder, isLeftOut = () => false) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (!entry.isDirectory()) return [path]
    const isSkipped = entry.name === 'node_modules' || entry.name === 'dist' || entry.name.startsWith('.') || isLeftOut(path)
    return isSkipped ? [] : filesBelow(path, isLeftOut)
  })
}

export function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw new Error(`Expected \`${path}\` to be plain JSON without comments.`, { cause: error })
  }
}
