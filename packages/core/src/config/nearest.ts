/** The candidate that a typing mistake most likely meant; `undefined` when none is near. Case and separators count little. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(name)
  let best: string | undefined
  let bestDistance = Math.max(1, Math.min(MAX_MISTAKES, Math.floor(wanted.length / 3))) + 1
  for (const candidate of candidates) {
    const distance = editDistance(wanted, fold(candidate), bestDistance)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** More than that, and long names that share a prefix would all be near. */
const MAX_MISTAKES = 3

/** Far longer than any option: what is longer is no typing mistake, and would cost time. */
const MAX_LENGTH = 80

/** Insertions, deletions, replacements and swaps of neighbours between two texts; `limit` when it is that or more. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit || from.length > MAX_LENGTH) return limit
  const rows = [Array.from({ length: to.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    rows.push(current)
    for (let column = 1; column <= to.length; column++) {
      const isSwap = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      const replaced = at(row - 1, column - 1) + (from[row - 1] === to[column - 1] ? 0 : 1)
      const swapped = isSwap ? at(row - 2, column - 2) + 1 : replaced
      current.push(Math.min(replaced, swapped, at(row - 1, column) + 1, at(row, column - 1) + 1))
    }
  }
  return Math.min(at(from.length, to.length), limit)
}

function fold(name: string): string {
  return name.replace(/[_.\-\s]/g, '').toLowerCase()
}
