import type { Clock } from '../clock.js'
import type { RuntimeSettings } from '../config/settings.js'
import type { Report } from '../diagnostics/catalogue.js'
import { writeStderr } from '../diagnostics/hub.js'
import { tellUpkeepFailure, upkeep } from '../diagnostics/upkeep.js'
import { type LaneEnd, LateEvents } from './late-events.js'

export interface LastWordsParts {
  readonly clock: Clock
  readonly settings: RuntimeSettings['lastWords']
  readonly report: Report
  /** @param isEnd nothing runs after it but listeners that were added later */
  readonly drain: (budgetMs: number, isEnd: boolean) => void
  /** From now on `deliver` is called for each event; false when nobody took it. */
  readonly lastly: (deliver: () => boolean) => void
  readonly reopen: () => void
  readonly lanes: () => readonly LaneEnd[]
  /** Events that got a sequence number. */
  readonly emitted: () => number
  /** True when only waiting can deliver what is left: lanes that write asynchronously. */
  readonly needsLoop: () => boolean
  readonly flush: () => Promise<unknown>
  readonly wantsReopen: boolean
}

/** A process that is still there so long after it was told to die goes on living. */
const SURVIVED_AFTER_MS = 1000

/**
 * The last chance of a local writer: when the process exits, an exception goes uncaught or a signal comes, everything that can be
 * written synchronously is written, within a budget. Exit codes and signals stay as they were.
 */
export class LastWords {
  readonly #parts: LastWordsParts
  readonly #signalListeners = new Map<NodeJS.Signals, () => void>()
  /** Events that `beforeExit` has waited for. */
  #waitedFor = -1

  constructor(parts: LastWordsParts) {
    this.#parts = parts
  }

  install(): void {
    const { settings, wantsReopen } = this.#parts
    if (settings.exit) {
      process.on('exit', this.#onExit)
      process.on('uncaughtExceptionMonitor', this.#onUncaught)
      process.on('beforeExit', this.#onBeforeExit)
    }
    for (const signal of settings.signals) {
      // SIGHUP belongs to reopening where a file adapter asks for it
      if (signal === 'SIGHUP' && wantsReopen) continue
      this.#listen(signal, () => this.#onSignal(signal))
    }
    if (wantsReopen) this.#listen('SIGHUP', this.#onHangup)
  }

  /**
   * Leaves signals to others while the runtime closes: all that can be written at once has been, and one that replaces it has listeners
   * of its own. Each would take the other's for the application's, and nobody would die.
   */
  stopListening(): void {
    for (const [signal, listener] of this.#signalListeners) {
      if (listener === this.#onHangup) continue
      process.off(signal, listener)
      this.#signalListeners.delete(signal)
    }
  }

  uninstall(): void {
    process.off('exit', this.#onExit)
    process.off('uncaughtExceptionMonitor', this.#onUncaught)
    process.off('beforeExit', this.#onBeforeExit)
    for (const [signal, listener] of this.#signalListeners) process.off(signal, listener)
    this.#signalListeners.clear()
  }

  readonly #onHangup = (): void => upkeep(this.#parts.report, 'exit', this.#parts.reopen)

  readonly #onExit = (): void => {
    const { clock, settings, lastly, report, drain, lanes } = this.#parts
    const deadline = clock.monotonic() + settings.budgetMs
    this.#drain('exit', true)
    upkeep(report, 'exit', () => {
      const late = new LateEvents(this.#tellLost())
      // listeners that were added later may log still
      lastly(() => {
        upkeep(report, 'exit', () => drain(Math.max(0, deadline - clock.monotonic()), true))
        return late.isTaken(lanes())
      })
    })
  }

  #tellLost(): readonly LaneEnd[] {
    const ends = this.#parts.lanes()
    for (const { name, lost } of ends)
      if (lost > 0) writeStderr(`holdfast: ${lost} events for ${name} were not delivered before the process ended\n`)
    return ends
  }

  readonly #onUncaught = (): void => this.#drain('uncaught_exception', false)

  /**
   * Keeps the loop for lanes that can only write asynchronously. What does not come in that time is told at exit; only events that are
   * newer get another chance, because waiting leads to the next `beforeExit`.
   */
  readonly #onBeforeExit = (): void => {
    const { report, emitted: count, needsLoop, flush } = this.#parts
    upkeep(report, 'exit', () => {
      const emitted = count()
      if (emitted === this.#waitedFor || !needsLoop()) return
      this.#waitedFor = emitted
      flush().catch((error: unknown) => tellUpkeepFailure(report, 'exit', error))
    })
  }

  /**
   * Drains, then dies of the signal as the process would have without us, unless somebody else listens:
   * then the application decides, and logging goes on during its shutdown.
   */
  #onSignal(signal: NodeJS.Signals): void {
    this.#drain(signal, false)
    if (process.listenerCount(signal) - 1 > signalExitListeners()) return
    const ours = this.#signalListeners.get(signal)
    if (ours === undefined) return
    process.off(signal, ours)
    process.kill(process.pid, signal)
    // the first process of a container does not die of it: then everything is as before
    this.#parts.clock.after(SURVIVED_AFTER_MS, () => {
      if (this.#signalListeners.has(signal)) process.on(signal, ours)
    })
  }

  #listen(signal: NodeJS.Signals, listener: () => void): void {
    this.#signalListeners.set(signal, listener)
    process.on(signal, listener)
  }

  /** An error here would take the place of the one that ends the process, or of its exit code. */
  #drain(cause: string, isEnd: boolean): void {
    const { settings, drain, report, lanes } = this.#parts
    upkeep(report, 'exit', () => drain(settings.budgetMs, isEnd))
    upkeep(report, 'exit', () => {
      const ends = lanes()
      const delivered = ends.reduce((sum, lane) => sum + lane.delivered, 0)
      const pending = ends.reduce((sum, lane) => sum + lane.pending, 0)
      report('last_words', { cause, delivered, pending, budget_ms: settings.budgetMs })
    })
  }
}

/** Where signal-exit 3 and 4 count their listeners: each copy has one per signal, and dies of it only once no other is left. */
function signalExitListeners(): number {
  const version3 = (process as unknown as { readonly __signal_exit_emitter__?: { readonly count?: number } })
    .__signal_exit_emitter__
  const version4 = (globalThis as unknown as Record<symbol, { readonly count?: number } | undefined>)[
    Symbol.for('signal-exit emitter')
  ]
  return (version3?.count ?? 0) + (version4?.count ?? 0)
}
