/** Pauses between attempts: doubled each time up to a maximum, then spread over the upper half so that many clients do not meet. */
export class Backoff {
  readonly #minMs: number
  readonly #maxMs: number
  readonly #random: () => number
  #attempt = 0

  constructor(minMs: number, maxMs: number, random: () => number = Math.random) {
    this.#minMs = minMs
    this.#maxMs = maxMs
    this.#random = random
  }

  /** Failures in a row. */
  get attempt(): number {
    return this.#attempt
  }

  /** Counts a failure and says how long to wait, in milliseconds. */
  next(): number {
    return pauseAfter(++this.#attempt, this.#minMs, this.#maxMs, this.#random)
  }

  reset(): void {
    this.#attempt = 0
  }
}

/** The pause after so many failures in a row, in milliseconds. */
export function pauseAfter(failures: number, minMs: number, maxMs: number, random: () => number = Math.random): number {
  const full = Math.min(maxMs, minMs * 2 ** Math.min(failures - 1, 30))
  return full / 2 + (full / 2) * random()
}
