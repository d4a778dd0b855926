/** Buckets at most, fewer when each is large: all of them together take at most 8 MiB. The oldest go first. */
const MAX_BUCKETS = 4096
const MIN_BUCKETS = 16
const MAX_TIMES = 1 << 20

export interface RateLimitSettings {
  readonly maxEvents: number
  readonly intervalMs: number
  /** Levels from here up are never limited. */
  readonly exempt: number
}

interface Bucket {
  /** Times of the last events that passed, in a ring. */
  readonly times: Float64Array
  next: number
  suppressed: number
}

/** What a bucket kept back until it let an event through again. */
export interface Suppressed {
  readonly logger: string
  readonly level: number
  readonly count: number
}

/**
 * Sliding window per logger and level: an event passes when fewer than `maxEvents` passed in the last `intervalMs`.
 * When a bucket opens again, `takeSummary` says how many it kept back.
 */
export class RateLimiter {
  readonly settings: RateLimitSettings
  readonly #buckets = new Map<string, Bucket>()
  readonly #maxBuckets: number
  #summaries: Suppressed[] = []

  constructor(settings: RateLimitSettings) {
    this.settings = settings
    this.#maxBuckets = Math.min(MAX_BUCKETS, Math.max(MIN_BUCKETS, Math.floor(MAX_TIMES / settings.maxEvents)))
  }

  /** @param time monotonic milliseconds */
  allow(logger: string, level: number, time: number): boolean {
    if (level >= this.settings.exempt) return true
    const bucket = this.#bucket(logger, level)
    if (time - (bucket.times[bucket.next] as number) < this.settings.intervalMs) {
      bucket.suppressed++
      return false
    }
    bucket.times[bucket.next] = time
    bucket.next = (bucket.next + 1) % bucket.times.length
    if (bucket.suppressed > 0) {
      this.#summaries.push({ logger, level, count: bucket.suppressed })
      bucket.suppressed = 0
    }
    return true
  }

  /** What was kept back by buckets that have opened again, or had to go, since it was last taken. */
  takeSummaries(): readonly Suppressed[] {
    if (this.#summaries.length === 0) return NOTHING
    const taken = this.#summaries
    this.#summaries = []
    return taken
  }

  /** Everything that is still kept back without having been told; for the end of a runtime. */
  takeAll(): readonly Suppressed[] {
    const found: Suppressed[] = []
    for (const [key, bucket] of this.#buckets) {
      if (bucket.suppressed === 0) continue
      const [level, logger] = splitKey(key)
      found.push({ logger, level, count: bucket.suppressed })
      bucket.suppressed = 0
    }
    return found
  }

  #bucket(logger: string, level: number): Bucket {
    const key = `${level} ${logger}`
    const found = this.#buckets.get(key)
    if (found !== undefined) return found
    if (this.#buckets.size >= this.#maxBuckets) this.#evict()
    const made: Bucket = {
      times: new Float64Array(this.settings.maxEvents).fill(Number.NEGATIVE_INFINITY),
      next: 0,
      suppressed: 0,
    }
    this.#buckets.set(key, made)
    return made
  }

  /** Drops the oldest bucket that keeps nothing back, or simply the oldest, whose count is told then. */
  #evict(): void {
    for (const [key, bucket] of this.#buckets) {
      if (bucket.suppressed > 0) continue
      this.#buckets.delete(key)
      return
    }
    for (const [key, { suppressed }] of this.#buckets) {
      this.#buckets.delete(key)
      const [level, logger] = splitKey(key)
      this.#summaries.push({ logger, level, count: suppressed })
      return
    }
  }
}

const NOTHING: readonly Suppressed[] = []

function splitKey(key: string): readonly [level: number, logger: string] {
  const space = key.indexOf(' ')
  return [Number(key.slice(0, space)), key.slice(space + 1)]
}
