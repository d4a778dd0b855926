/** An event's place among those of its origin, as its canonical line ends with it. */
export interface EventPlace {
  readonly origin: string
  readonly seq: number
}

/** More than the members take that every canonical line ends with. */
export const PLACE_CHARS = 160

const ORIGIN = ',"origin":"'
const SEQ = '","seq":'

/**
 * Reads the last members of a canonical line, which no caller can forge: what a caller supplies stands before them.
 * By hand, since it is asked for each line of text: a pattern took three times as long.
 */
export function placeAtEnd(text: string): EventPlace | undefined {
  const at = text.lastIndexOf(ORIGIN)
  if (at === -1 || !text.endsWith('}')) return undefined
  const from = at + ORIGIN.length
  const to = text.indexOf('"', from)
  if (to === from || !text.startsWith(SEQ, to)) return undefined
  const digits = text.slice(to + SEQ.length, -1)
  return /^\d{1,15}$/.test(digits) ? { origin: text.slice(from, to), seq: Number(digits) } : undefined
}

/**
 * The highest `seq` of each origin among the last lines of the files. Forgets by the bytes that were written since, in two
 * generations, so that it is bounded by the lines of twice as many bytes and not by the number of origins that ever were.
 */
export class SeenEvents {
  readonly #memoryBytes: number
  #older = new Map<string, number>()
  #newer = new Map<string, number>()
  #bytes = 0

  /** @param memoryBytes lines are remembered for at least this many bytes */
  constructor(memoryBytes: number) {
    this.#memoryBytes = memoryBytes
  }

  note(origin: string, seq: number): void {
    if (seq > (this.#newer.get(origin) ?? 0)) this.#newer.set(origin, seq)
  }

  /** Says that the lines noted last took this many bytes. */
  advance(bytes: number): void {
    this.#bytes += bytes
    if (this.#bytes < this.#memoryBytes) return
    this.#older = this.#newer
    this.#newer = new Map()
    this.#bytes = 0
  }

  entries(): readonly (readonly [origin: string, seq: number])[] {
    return [...(this.#older.size === 0 ? this.#newer : this.highest)]
  }

  get highest(): ReadonlyMap<string, number> {
    const highest = new Map(this.#older)
    for (const [origin, seq] of this.#newer) if (seq > (highest.get(origin) ?? 0)) highest.set(origin, seq)
    return highest
  }
}
