import type { Row } from './rows.js'

/** A search as it was typed: every word has to be there, none of the excluded ones. */
export interface Search {
  readonly wanted: readonly string[]
  readonly excluded: readonly string[]
}

const WORD = /(-?)(?:"([^"]*)"?|(\S+))/g

/** Reads `timeout "no such file" -retry`: words in any case, phrases in quotes, a minus excludes. */
export function readSearch(text: string): Search {
  const wanted: string[] = []
  const excluded: string[] = []
  for (const [, minus, phrase, word] of text.toLowerCase().matchAll(WORD)) {
    const term = phrase ?? word ?? ''
    if (term !== '' && term !== '-') (minus === '-' ? excluded : wanted).push(term)
  }
  return { wanted, excluded }
}

/** Whether a row has what is searched for, in any of its texts. */
export function isFound(row: Row, { wanted, excluded }: Search): boolean {
  if (wanted.length === 0 && excluded.length === 0) return true
  const text = searchText(row)
  return wanted.every((term) => text.includes(term)) && !excluded.some((term) => text.includes(term))
}

const searchTexts = new WeakMap<Row, string>()

/** Everything that a row says, in lower case, with `key=value` for each field; made when it is first needed. */
function searchText(row: Row): string {
  const known = searchTexts.get(row)
  if (known !== undefined) return known
  const parts: string[] = []
  collect(row.event, '', parts, 0)
  const text = parts.join('\n').toLowerCase()
  searchTexts.set(row, text)
  return text
}

const MAX_DEPTH = 40
const ENVELOPE: ReadonlySet<string> = new Set(['message', 'logger', 'level', 'timestamp', 'stack'])

function collect(value: unknown, key: string, into: string[], depth: number): void {
  if (depth > MAX_DEPTH) return
  if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) collect(inner, Array.isArray(value) ? key : name, into, depth + 1)
    return
  }
  into.push(ENVELOPE.has(key) ? String(value) : `${key}=${String(value)}`)
}

/** Prepares rows for searching while nobody waits, so that the first search is as quick as the next. */
export function prepareSearch(rows: readonly Row[]): void {
  let next = 0
  const work = (deadline?: IdleDeadline): void => {
    const until = performance.now() + Math.min(deadline?.timeRemaining() ?? 8, 12)
    while (next < rows.length && performance.now() < until) searchText(rows[next++] as Row)
    if (next < rows.length) idle(work)
  }
  idle(work)
}

function idle(work: (deadline?: IdleDeadline) => void): void {
  // Safari has none
  if ('requestIdleCallback' in window) window.requestIdleCallback(work)
  else setTimeout(work, 16)
}
