/** Whole messages that were handed to the kernel together. */
export interface Block {
  readonly bytes: Uint8Array
  readonly messages: number
}

interface Sent extends Block {
  readonly sentAt: number
  readonly resends: number
}

/** After so many times something is not sent again: a server too slow for the lane's time-out must still get on. */
const RESENDS_MAX = 3

/**
 * What was sent lately and may not have been read: a window of bytes and time that goes to the next connection when this one breaks.
 *
 * ```
 *  forgotten        kept                         next block
 *  ──────────┬───────────────────────────────┬──────────►  sent
 *            └ older than withinMs, or beyond maxBytes
 * ```
 */
export class Unconfirmed {
  readonly #maxBytes: number
  readonly #withinMs: number
  #blocks: Sent[] = []
  bytes = 0

  constructor(maxBytes: number, withinMs: number) {
    this.#maxBytes = maxBytes
    this.#withinMs = withinMs
  }

  get isEmpty(): boolean {
    return this.#blocks.length === 0
  }

  /** Remembers a block, and forgets the oldest ones as far as the newest alone fill the bound. */
  add(block: Block, now: number): void {
    if (this.#maxBytes === 0) return
    this.#blocks.push({ ...block, sentAt: now, resends: 0 })
    this.bytes += block.bytes.length
    for (
      let [first] = this.#blocks;
      first !== undefined && this.bytes - first.bytes.length >= this.#maxBytes;
      [first] = this.#blocks
    ) {
      this.bytes -= first.bytes.length
      this.#blocks.shift()
    }
  }

  /** Forgets what is old enough to be taken for read, except the newest bytes, of which the server has not acknowledged so many. */
  forgetOld(now: number, unackedBytes: number): void {
    const first = this.#blocks.findIndex(({ sentAt }) => now - sentAt < this.#withinMs)
    let end = first === -1 ? this.#blocks.length : first
    const after = (index: number): number => this.#blocks.slice(index).reduce((sum, { bytes }) => sum + bytes.length, 0)
    while (end > 0 && after(end) < unackedBytes) end--
    this.bytes = after(end)
    this.#blocks = this.#blocks.slice(end)
  }

  forgetAll(): void {
    this.#blocks = []
    this.bytes = 0
  }

  /** What to send again now, from the oldest on; what has been sent often enough is forgotten. */
  takeAgain(now: number): readonly Block[] {
    this.#blocks = this.#blocks
      .map((block) => ({ ...block, sentAt: now, resends: block.resends + 1 }))
      .filter(({ resends }) => resends <= RESENDS_MAX)
    this.bytes = this.#blocks.reduce((sum, { bytes }) => sum + bytes.length, 0)
    return this.#blocks
  }
}
