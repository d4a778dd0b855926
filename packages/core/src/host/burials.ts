import type { Clock } from '../clock.js'
import { type Death, takeDeath } from '../tree/deaths.js'
import { parseProcessId } from '../tree/process-id.js'
import { isGone } from '../tree/process-state.js'
import type { HostedRing } from './hosted-ring.js'
import { writeObituary } from './obituary.js'
import type { WriterHost } from './writer-host.js'

/** So long it is waited for who started a process to say how it ended. */
const TOLD_MS = 150

/** Finds producers that are gone without a word, and tells of each once: in the log, and as a diagnostic. */
export class Burials {
  readonly #run: string
  readonly #host: WriterHost
  /** Rings of the dead of which not every lane knows. */
  readonly #untold = new Set<HostedRing>()
  readonly #clock: Clock

  constructor(run: string, host: WriterHost, clock: Clock) {
    this.#run = run
    this.#clock = clock
    this.#host = host
  }

  look(now: number): void {
    for (const ring of this.#host.rings.values()) {
      if (ring.isGone) continue
      const { process: text, thread } = ring.view.identity
      const id = parseProcessId(text)
      const isDead = id === undefined || isGone(id)
      if (!isDead && thread === 0) continue
      const death = takeDeath(this.#run, id?.pid ?? 0, thread)
      if (isDead) ring.goneAt ??= now
      // who started it may be about to say how it ended
      const isKnown = death !== undefined || ring.isClean
      if (isKnown ? isDead || death !== undefined : ring.goneAt !== undefined && now - ring.goneAt >= TOLD_MS)
        this.bury(ring, death)
    }
  }

  /** Its process is gone: what it had published is all there will be. */
  bury(ring: HostedRing, death: Death | undefined): void {
    ring.refresh()
    ring.isGone = true
    const { origin, thread, process: text } = ring.view.identity
    const recovered = ring.unread
    if (ring.isClean || ring.isBuried) return
    const pid = parseProcessId(text)?.pid ?? 0
    const departed = { origin, pid, thread, lastSeen: ring.lastSeen, recovered, refused: ring.loseRefused() }
    writeObituary(this.#host, departed, death, this.#clock.now())
    this.#untold.add(ring)
  }

  /** What was told of the dead is with every lane that is up: the next writer need not tell it again. */
  note(): void {
    if (this.#untold.size === 0 || !this.#host.isSettled) return
    // a ring that is served no more has a file that may be another's now
    for (const ring of this.#untold) if (this.#host.rings.get(ring.origin) === ring) ring.isBuried = true
    this.#untold.clear()
  }
}
