import type { Page } from '../docs/pages.js'

/** Two ways to write the same thing. */
export interface Row {
  readonly line: number
  /** Code with the logger that is left. */
  readonly theirs: string
  readonly ours: string
}

/** The rows of the tables below `<!-- runs: … -->` comments, by what the comment says. */
export function rowsOf({ text }: Page): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>()
  let kind: string | undefined
  for (const [index, line] of text.split('\n').entries()) {
    kind = /^<!-- runs: (.+) -->$/.exec(line)?.[1] ?? (/^#/.test(line) ? undefined : kind)
    const cells = /^\| (.+?) +\| (.+?) +\|$/.exec(line)?.slice(1)
    if (kind === undefined || cells === undefined) continue
    const [theirs, ours] = cells.map(codeOf)
    if (theirs === undefined || ours === undefined) continue
    found.set(kind, [...(found.get(kind) ?? []), { line: index + 1, theirs, ours }])
  }
  return found
}

/** What stands between backticks, one or two. */
function codeOf(cell: string): string | undefined {
  return /^(`{1,2})(.+)\1$/.exec(cell)?.[2]?.trim()
}
