const MIN_MS = 250
const MAX_MS = 30_000

/** Pauses between attempts to reach the server: doubled each time, and spread over the upper half so that many clients do not meet. */
export class Pauses {
  #attempt = 0

  next(): number {
    const full = Math.min(MAX_MS, MIN_MS * 2 ** Math.min(this.#attempt, 10))
    this.#attempt++
    return full / 2 + (full / 2) * Math.random()
  }

  reset(): void {
    this.#attempt = 0
  }
}
