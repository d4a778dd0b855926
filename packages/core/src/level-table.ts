import { levelName } from '@holdfast/api'

/** The threshold of one logger name, shared by all loggers of that name. */
export interface LevelCell {
  threshold: number
}

/** Thresholds by dotted name: the longest configured prefix wins. A change reaches every logger that exists. */
export class LevelTable {
  #base: number
  #levels: ReadonlyMap<string, number>
  readonly #cells = new Map<string, WeakRef<LevelCell>>()
  readonly #gone = new FinalizationRegistry<string>((name) => {
    if (this.#cells.get(name)?.deref() === undefined) this.#cells.delete(name)
  })

  constructor(base: number, levels: Readonly<Record<string, number>>) {
    this.#base = base
    this.#levels = new Map(Object.entries(levels))
  }

  /** The cell of a name; kept as long as somebody holds it. */
  cell(name: string): LevelCell {
    const found = this.#cells.get(name)?.deref()
    if (found !== undefined) return found
    const cell: LevelCell = { threshold: this.#threshold(name) }
    this.#cells.set(name, new WeakRef(cell))
    this.#gone.register(cell, name)
    return cell
  }

  /** Sets thresholds by name; `''` is the base level, `undefined` takes a name out. Returns what these names had before. */
  change(changes: Readonly<Record<string, number | undefined>>): Readonly<Record<string, number | undefined>> {
    const before = Object.fromEntries(
      Object.keys(changes).map((name) => [name, name === '' ? this.#base : this.#levels.get(name)]),
    )
    const levels = new Map(this.#levels)
    for (const [name, threshold] of Object.entries(changes)) {
      if (name === '') this.#base = threshold ?? this.#base
      else if (threshold === undefined) levels.delete(name)
      else levels.set(name, threshold)
    }
    this.#levels = levels
    for (const [name, ref] of this.#cells) {
      const cell = ref.deref()
      if (cell !== undefined) cell.threshold = this.#threshold(name)
    }
    return before
  }

  /** The table as names; `''` is the base level. */
  get names(): Readonly<Record<string, string>> {
    return Object.fromEntries([
      ['', levelName(this.#base)],
      ...Array.from(this.#levels, ([name, value]) => [name, levelName(value)] as const),
    ])
  }

  #threshold(name: string): number {
    for (let prefix = name; prefix !== ''; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')))) {
      const level = this.#levels.get(prefix)
      if (level !== undefined) return level
    }
    return this.#base
  }
}
