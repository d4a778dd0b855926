import type { Report } from '../diagnostics/catalogue.js'
import { describeError, errorCode } from '../diagnostics/hub.js'
import type { Lane } from '../lane/lane.js'
import { nextRecord } from '../writer/collect.js'
import type { HostedRing } from './hosted-ring.js'

/** What destinations have surely got from the writers before this one: it is skipped, whichever comes first, the lane's adapter or the ring. */
export class Resumption {
  readonly #rings: ReadonlyMap<string, HostedRing>
  readonly #report: Report
  /** What the destinations of the lanes that are open had already. */
  readonly #resumed = new Map<Lane, ReadonlyMap<string, number>>()
  /** Lanes that may have a torn line to mend before their first batch. */
  readonly #torn: Lane[] = []

  constructor(rings: ReadonlyMap<string, HostedRing>, report: Report) {
    this.#rings = rings
    this.#report = report
  }

  /** A lane's adapter is there. */
  opened(lane: Lane): void {
    const seqs = this.#ask(lane, () => lane.adapter.resume?.())
    if (lane.adapter.mend !== undefined) this.#torn.push(lane)
    this.#resumed.set(lane, seqs)
    for (const ring of this.#rings.values()) skip(ring, lane, seqs)
  }

  /** A ring is there. */
  added(ring: HostedRing): void {
    for (const [lane, seqs] of this.#resumed) skip(ring, lane, seqs)
  }

  /** A line that a kill has torn is the beginning of the next event of one of the rings, or nobody's. */
  mendTorn(): void {
    for (const lane of this.#torn.splice(0)) {
      const own = lane.cursors.filter(({ source }) => this.#rings.has(source.origin))
      const next = own.map(nextRecord).filter((record) => record !== undefined)
      const seqs = this.#ask(lane, () => lane.adapter.mend?.(next))
      for (const ring of this.#rings.values()) ring.skip(lane, seqs.get(ring.origin) ?? 0)
    }
  }

  #ask(lane: Lane, question: () => ReadonlyMap<string, number> | undefined): ReadonlyMap<string, number> {
    try {
      return question() ?? new Map()
    } catch (error) {
      const payload = { adapter: lane.name, operation: 'resume', error: describeError(error), code: errorCode(error) } as const
      this.#report('adapter_error', payload)
      return new Map()
    }
  }
}

function skip(ring: HostedRing, lane: Lane, seqs: ReadonlyMap<string, number>): void {
  const seq = seqs.get(ring.origin)
  if (seq !== undefined) ring.skip(lane, seq)
}
