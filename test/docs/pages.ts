import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The root of the workspace. */
export const ROOT: string = fileURLToPath(new URL('../../../', import.meta.url))

const SKIPPED = new Set(['node_modules', 'dist', 'logs'])

/** A page of documentation. */
export interface Page {
  /** From the root of the workspace, with forward slashes. */
  readonly path: string
  readonly text: string
}

/** Every Markdown page of the workspace. */
export function allPages(): readonly Page[] {
  return markdownBelow('').map(readPage)
}

/** The pages whose snippets have to work: those at the top that speak of code, and everything below docs/. */
export function pagesWithSnippets(): readonly Page[] {
  return ['README.md', 'QUEUE.md', 'SUBPROCESSES.md', 'packages/holdfast/README.md', ...markdownBelow('docs/')].map(readPage)
}

/** Reads a file of the workspace. */
export function readSource(path: string): string {
  return readFileSync(ROOT + path, 'utf8')
}

/** Reads one page. */
export function readPage(path: string): Page {
  return { path, text: readSource(path) }
}

function markdownBelow(folder: string): readonly string[] {
  return readdirSync(ROOT + folder, { withFileTypes: true })
    .flatMap((entry) => {
      if (!entry.isDirectory()) return entry.name.endsWith('.md') ? [folder + entry.name] : []
      return SKIPPED.has(entry.name) || entry.name.startsWith('.') ? [] : markdownBelow(`${folder}${entry.name}/`)
    })
    .sort()
}
