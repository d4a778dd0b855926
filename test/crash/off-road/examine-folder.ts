import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** What the files of a log folder hold of what the processes were told is accepted. */
export interface FolderFindings {
  /** Accepted events of all processes. */
  readonly told: number
  readonly lost: number
  /** Copies beyond the first, in whatever file. */
  readonly doubled: number
  /** Events behind later ones of the same runtime in the same file. */
  readonly disordered: number
  readonly unparsable: number
  /** Texts of somebody else that are not in any file any more. */
  readonly touched: number
}

interface Said {
  readonly who: string
  readonly n: number
  readonly origin: string
}

/**
 * Holds all files below a log folder, compressed ones too, against the counters of the processes.
 *
 * @param foreign texts of somebody else, each with a line end: whole lines of a file
 */
export function examineFolder(logs: string, counters: string, foreign: readonly string[]): FolderFindings {
  const files = filesBelow(logs).map(textOf)
  const times = new Map<string, Map<number, number>>()
  let [unparsable, disordered] = [0, 0]
  for (const text of files) {
    const highest = new Map<string, number>()
    for (const line of withoutForeign(text, foreign).split('\n')) {
      if (line === '') continue
      const said = saidBy(line)
      if (said === 'unparsable') unparsable++
      else if (said !== undefined) {
        const { who, n, origin } = said
        const seen = times.get(who) ?? new Map<number, number>()
        times.set(who, seen.set(n, (seen.get(n) ?? 0) + 1))
        if (n < (highest.get(origin) ?? 0)) disordered++
        else highest.set(origin, n)
      }
    }
  }
  let [told, lost] = [0, 0]
  for (const who of readdirSync(counters)) {
    const bytes = readFileSync(join(counters, who))
    const count = bytes.length === 8 ? bytes.readDoubleLE() : 0
    told += count
    for (let n = 1; n <= count; n++) if (!times.get(who)?.has(n)) lost++
  }
  const counts = [...times.values()].flatMap((seen) => [...seen.values()])
  const doubled = counts.reduce((sum, count) => sum + count - 1, 0)
  const touched = foreign.filter((text) => !files.some((file) => file.includes(text))).length
  return { told, lost, doubled, disordered, unparsable, touched }
}

/** A compressed copy beside its file was not finished with; one under way, and what begins with a dot, is no log. */
function filesBelow(logs: string): readonly string[] {
  const paths = readdirSync(logs, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && !entry.name.includes('.gz.tmp-'))
    .map((entry) => join(entry.parentPath, entry.name))
  return paths.filter((path) => !path.endsWith('.gz') || !paths.includes(path.slice(0, -'.gz'.length)))
}

function textOf(path: string): string {
  const bytes = readFileSync(path)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString()
}

function withoutForeign(text: string, foreign: readonly string[]): string {
  return foreign.reduce((rest, theirs) => rest.replaceAll(theirs, ''), text)
}

/** `undefined` for a line of the logger's own. */
function saidBy(line: string): Said | 'unparsable' | undefined {
  try {
    const { extra, origin = '' } = JSON.parse(line) as { readonly extra?: Partial<Said>; readonly origin?: string }
    return typeof extra?.who === 'string' && typeof extra.n === 'number' ? { who: extra.who, n: extra.n, origin } : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return 'unparsable'
    throw error
  }
}
