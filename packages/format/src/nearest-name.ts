/** The valid name that a mistyped one most likely meant, or `undefined` when none is close. Case does not count. */
export function nearestName(typed: string, names: Iterable<string>): string | undefined {
  const wanted = typed.toLowerCase()
  let best: string | undefined
  let bestDistance = Math.ceil(wanted.length / 3) + 1
  for (const name of names) {
    const distance = editDistance(wanted, name.toLowerCase())
    if (distance >= bestDistance) continue
    best = name
    bestDistance = distance
  }
  return best
}

/** `Did you mean …?` for the nearest name, as the hint of a problem. */
export function didYouMean(typed: string, names: Iterable<string>): { readonly hint?: string } {
  const name = nearestName(typed, names)
  return name === undefined ? {} : { hint: `Did you mean \`${name}\`?` }
}

const LONGEST = 64

/** Levenshtein's distance; texts longer than any name of ours are cut. */
function editDistance(left: string, right: string): number {
  const from = left.slice(0, LONGEST)
  const to = right.slice(0, LONGEST)
  let row = Array.from({ length: to.length + 1 }, (_, index) => index)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(substituted, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
