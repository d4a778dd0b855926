import type { DiagnosticName, DiagnosticPayloads } from '../diagnostics/catalogue.js'
import type { HostedRing } from './hosted-ring.js'

/** Diagnostics that are kept for the first producer. */
const MAX_EARLY = 100

/** How a writer's diagnostics come to the producers that can hear them: an origin's own to that one, what concerns lanes to the root. */
export class WayBack {
  readonly #rings: ReadonlyMap<string, HostedRing>
  readonly #unheard: ((text: string) => void) | undefined
  /** Told before a producer was there to hear it. */
  readonly #early: string[] = []
  /** There was a producer at some time. */
  hadRings = false

  /** @param unheard takes what nobody hears */
  constructor(rings: ReadonlyMap<string, HostedRing>, unheard: ((text: string) => void) | undefined) {
    this.#rings = rings
    this.#unheard = unheard
  }

  readonly report = <K extends DiagnosticName>(name: K, payload: DiagnosticPayloads[K], origin?: string): void => {
    const text = JSON.stringify([name, payload])
    // while the adapters are built, and those that hung are put in quarantine
    if (!this.hadRings && this.#early.length < MAX_EARLY) this.#early.push(text)
    else this.#tell(text, origin)
  }

  /** All producers that were there at the beginning can hear now. */
  tellEarly(): void {
    for (const text of this.#early.splice(0)) this.#tell(text, undefined)
  }

  #tell(text: string, origin: string | undefined): void {
    const own = origin === undefined ? undefined : this.#rings.get(origin)
    const listener = own?.isOpen === true ? own : this.#root()
    if (listener === undefined) this.#unheard?.(text)
    else listener.told.tell(text)
  }

  #root(): HostedRing | undefined {
    let first: HostedRing | undefined
    for (const ring of this.#rings.values()) {
      if (!ring.isOpen) continue
      first ??= ring
      if (ring.view.identity.isRoot) return ring
    }
    return first
  }
}
