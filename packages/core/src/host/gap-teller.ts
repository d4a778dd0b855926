import type { Clock } from '../clock.js'
import type { SequenceGap } from '../ring/sequence-watch.js'
import type { HostedRing } from './hosted-ring.js'

/** One `origin_gap` per ring in this time. */
const INTERVAL_MS = 1000

type Tell = (
  name: 'origin_gap',
  payload: { origin: string; from_seq: number; to_seq: number; count: number },
  origin: string,
) => void

/** Tells of sequence numbers that nothing explains: events, or LOSS frames, that were lost with damaged memory. */
export class GapTeller {
  readonly #clock: Clock
  readonly #tell: Tell
  readonly #found = new Map<HostedRing, SequenceGap>()
  readonly #nextAt = new Map<HostedRing, number>()

  constructor(clock: Clock, tell: Tell) {
    this.#clock = clock
    this.#tell = tell
  }

  look(ring: HostedRing): void {
    const gap = ring.source.reader.sequence.take()
    const known = this.#found.get(ring)
    if (gap !== undefined)
      this.#found.set(ring, known === undefined ? gap : { ...gap, from: known.from, count: known.count + gap.count })
    if (this.#found.size > 0 && this.#clock.monotonic() >= (this.#nextAt.get(ring) ?? 0)) this.#tellOf(ring)
  }

  /** The last look at a ring. */
  tell(ring: HostedRing): void {
    this.look(ring)
    this.#tellOf(ring)
    this.#nextAt.delete(ring)
  }

  #tellOf(ring: HostedRing): void {
    const gap = this.#found.get(ring)
    if (gap === undefined) return
    this.#found.delete(ring)
    this.#nextAt.set(ring, this.#clock.monotonic() + INTERVAL_MS)
    const { origin } = ring
    this.#tell('origin_gap', { origin, from_seq: gap.from, to_seq: gap.to, count: gap.count }, origin)
  }
}
