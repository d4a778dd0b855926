import { levelName } from '@holdfast/api'

/** The threshold of one logger name, shared by all loggers of that name. */
export interface LevelCell {
  threshold: number
}

/** Thresholds by logger name; `''` is the base. */
export type LevelChanges = Readonly<Record<string, number>>

/**
 * Thresholds by dotted name: the longest configured prefix wins. A change reaches every logger that exists.
 * Changes for a while lie over the lasting ones, the latest on top, so that each can be taken away in any order.
 */
export class LevelTable {
  /** `''` is always there. */
  readonly #lasting: Map<string, number>
  readonly #temporary: Map<string, number>[] = []
  /** Both together. */
  #levels: ReadonlyMap<string, number>
  readonly #cells = new Map<string, WeakRef<LevelCell>>()
  readonly #gone = new FinalizationRegistry<string>((name) => {
    if (this.#cells.get(name)?.deref() === undefined) this.#cells.delete(name)
  })

  constructor(base: number, levels: LevelChanges) {
    this.#lasting = new Map([['', base], ...Object.entries(levels)])
    this.#levels = this.#lasting
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

  /** Sets thresholds for good, also where a change for a while holds now. */
  change(changes: LevelChanges): void {
    for (const [name, threshold] of Object.entries(changes)) this.#lasting.set(name, threshold)
    for (const layer of this.#temporary) for (const name of Object.keys(changes)) layer.delete(name)
    this.#apply()
  }

  /** Sets thresholds until the function that it returns is called. That one says what the names have then; `undefined` is inherited. */
  overlay(changes: LevelChanges): () => Readonly<Record<string, number | undefined>> {
    const layer = new Map(Object.entries(changes))
    this.#temporary.push(layer)
    this.#apply()
    return () => {
      this.#temporary.splice(this.#temporary.indexOf(layer), 1)
      this.#apply()
      return Object.fromEntries(Object.keys(changes).map((name) => [name, this.#levels.get(name)]))
    }
  }

  /** The table as names; `''` is the base level. */
  get names(): Readonly<Record<string, string>> {
    return Object.fromEntries(Array.from(this.#levels, ([name, value]) => [name, levelName(value)] as const))
  }

  #apply(): void {
    this.#levels = new Map([...this.#lasting, ...this.#temporary.flatMap((layer) => [...layer])])
    for (const [name, ref] of this.#cells) {
      const cell = ref.deref()
      if (cell !== undefined) cell.threshold = this.#threshold(name)
    }
  }

  #threshold(name: string): number {
    for (let prefix = name; prefix !== ''; prefix = prefix.slice(0, Math.max(0, prefix.lastIndexOf('.')))) {
      const level = this.#levels.get(prefix)
      if (level !== undefined) return level
    }
    return this.#levels.get('') as number
  }
}
