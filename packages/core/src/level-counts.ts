import { LEVELS, type LevelName } from '@holdfast/api'
import type { LevelCounts } from './diagnostics/catalogue.js'

const NAMES = Object.keys(LEVELS) as readonly LevelName[]
/** Levels are 5 to 50; half of that makes small indexes. */
const INDEX = new Uint8Array(256)
NAMES.forEach((name, index) => {
  INDEX[LEVELS[name]] = index
})

/** How many levels there are. */
export const LEVEL_COUNT: number = NAMES.length

/** Where a level stands among them, the lowest first. */
export function levelIndex(level: number): number {
  return INDEX[level] as number
}

/** Counts that stand in the order of the levels, by name and without zeros. */
export function levelCounts(counts: ArrayLike<number>): LevelCounts {
  return Object.fromEntries(NAMES.map((name, i) => [name, counts[i] as number] as const).filter(([, count]) => count > 0))
}

/** Counts events by level: an add is one store. */
export class LevelCounter {
  readonly #counts = new Float64Array(NAMES.length)
  total = 0

  add(level: number, count = 1): void {
    const index = INDEX[level] as number
    this.#counts[index] = (this.#counts[index] as number) + count
    this.total += count
  }

  /** Counts by name, without zeros. */
  byName(): LevelCounts {
    return levelCounts(this.#counts)
  }

  /** Counts by number, without zeros. */
  byValue(): Record<string, number> {
    return Object.fromEntries(
      NAMES.map((name, i) => [String(LEVELS[name]), this.#counts[i] as number] as const).filter(([, count]) => count > 0),
    )
  }

  addAll(counts: Readonly<Record<string, number>>): void {
    for (const [level, count] of Object.entries(counts)) this.add(Number(level), count)
  }

  copyTo(target: Float64Array, at: number): void {
    target.set(this.#counts, at)
  }

  clear(): void {
    this.#counts.fill(0)
    this.total = 0
  }
}
