import { el } from './dom.js'

const MAX_MARKS = 50

/** The text with everything that was searched for in `<mark>`. */
export function marked(text: string, terms: readonly string[]): readonly (Node | string)[] {
  if (terms.length === 0) return [text]
  const lower = text.toLowerCase()
  // a few letters change their length with their case: then places do not fit
  if (lower.length !== text.length) return [text]
  const parts: (Node | string)[] = []
  let at = 0
  for (let count = 0; count < MAX_MARKS; count++) {
    const hit = nextHit(lower, terms, at)
    if (hit === undefined) break
    if (hit.start > at) parts.push(text.slice(at, hit.start))
    parts.push(el('mark', {}, text.slice(hit.start, hit.end)))
    at = hit.end
  }
  if (at < text.length) parts.push(text.slice(at))
  return parts
}

function nextHit(
  text: string,
  terms: readonly string[],
  from: number,
): { readonly start: number; readonly end: number } | undefined {
  let best: { readonly start: number; readonly end: number } | undefined
  for (const term of terms) {
    const start = text.indexOf(term, from)
    if (start !== -1 && (best === undefined || start < best.start)) best = { start, end: start + term.length }
  }
  return best
}
