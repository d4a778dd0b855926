import { existsSync, readFileSync } from 'node:fs'
import { SourceMap } from 'node:module'
import { dirname, relative, resolve } from 'node:path'

const POSITION = /(?:file:\/\/)?(\/[^\s():]+\.m?js):(\d+):(\d+)/g

/** Replaces positions in compiled files by the positions in their TypeScript sources, relative to the workspace. */
export function mapPositions(text) {
  return text.replaceAll(POSITION, (whole, path, line, column) => {
    const map = sourceMapOf(path)
    const origin = map?.findEntry(Number(line) - 1, Number(column) - 1)
    if (origin?.originalSource === undefined) return whole
    const source = relative(process.cwd(), resolve(dirname(path), origin.originalSource))
    return `${source}:${origin.originalLine + 1}:${origin.originalColumn + 1}`
  })
}

function sourceMapOf(path) {
  const mapPath = `${path}.map`
  return existsSync(mapPath) ? new SourceMap(JSON.parse(readFileSync(mapPath, 'utf8'))) : undefined
}
