import type { Clock } from '../clock.js'
import type { Report } from '../diagnostics/catalogue.js'
import { describeError, errorCode } from '../diagnostics/hub.js'
import type { Lane } from '../lane/lane.js'
import { Deadline } from '../writer/deadline.js'
import type { HostedRing } from './hosted-ring.js'
import type { ServedLane } from './served-lane.js'

interface FlushScope {
  readonly word: 'flushRequest' | 'treeFlushRequest'
  readonly mark: 'flushed' | 'treeFlushed'
}

const FLUSH_SCOPES: readonly FlushScope[] = [
  { word: 'flushRequest', mark: 'flushed' },
  { word: 'treeFlushRequest', mark: 'treeFlushed' },
]

interface Flush {
  readonly served: ServedLane
  readonly scope: FlushScope
  readonly request: number
  readonly targets: readonly { readonly ring: HostedRing; readonly position: number }[]
  isUnderWay: boolean
}

export interface FlushesParts {
  readonly clock: Clock
  readonly report: Report
  readonly rings: ReadonlyMap<string, HostedRing>
}

/** Flushes that producers have asked for: each waits, lane by lane, until everything of that moment is delivered. */
export class Flushes {
  readonly #parts: FlushesParts
  readonly #waiting: Flush[] = []

  constructor(parts: FlushesParts) {
    this.#parts = parts
  }

  /** Somebody waits. */
  get areWaiting(): boolean {
    return this.#waiting.length > 0
  }

  /** A flush of this lane can begin once it writes nothing. */
  isDue(lane: Lane): boolean {
    return this.#waiting.some((flush) => flush.served.lane === lane && isReached(flush))
  }

  /** Takes what the producer of a ring has asked for. True when there was anything. */
  take(ring: HostedRing): boolean {
    let isNew = false
    for (const scope of FLUSH_SCOPES) {
      const request = ring.word(scope.word)
      for (const served of ring.served) {
        if (served.block.flushed(scope.mark) === request) continue
        if (this.#waiting.some((flush) => flush.served === served && flush.scope === scope && flush.request === request)) continue
        const rings = scope.mark === 'flushed' ? [ring] : [...this.#parts.rings.values()]
        const targets = rings.map((each) => ({ ring: each, position: each.view.position }))
        this.#waiting.push({ served, scope, request, targets, isUnderWay: false })
        isNew = true
      }
    }
    return isNew
  }

  /** Begins those whose lanes have everything. */
  answer(): void {
    for (const flush of [...this.#waiting]) {
      const { lane, cursor } = flush.served
      if (!this.#parts.rings.has(cursor.source.origin)) this.#forget(flush)
      else if (!flush.isUnderWay && !lane.isWriting && isReached(flush)) void this.#flush(flush)
    }
  }

  async #flush(flush: Flush): Promise<void> {
    const { lane, block } = flush.served
    const { clock, report } = this.#parts
    const deadline = new Deadline(clock, lane.settings.timeoutMs, { keepAlive: false })
    flush.isUnderWay = true
    lane.isWriting = true
    try {
      await deadline.race(Promise.resolve(lane.adapter.flush?.()))
    } catch (error) {
      report('adapter_error', { adapter: lane.name, operation: 'flush', error: describeError(error), code: errorCode(error) })
    } finally {
      deadline.cancel()
      lane.isWriting = false
    }
    block.setFlushed(flush.scope.mark, flush.request)
    this.#forget(flush)
  }

  #forget(flush: Flush): void {
    const index = this.#waiting.indexOf(flush)
    if (index >= 0) this.#waiting.splice(index, 1)
  }
}

function isReached({ served, targets }: Flush): boolean {
  return targets.every(({ ring, position }) => ring.hasReached(served.lane, position))
}
