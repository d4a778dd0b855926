import type { Diagnostic } from './catalogue.js'

/**
 * Which diagnostics say for people what another line on stderr says already: a path that is wrong is told once, with the cure, and not once
 * more for each thing that follows from it. Hooks hear all of them.
 */
export class Troubles {
  /** Adapters whose failure was told and has not ended. */
  readonly #failing = new Set<string>()

  isSaid([name, payload]: Diagnostic): boolean {
    switch (name) {
      case 'queue_worker_error':
        this.#failing.add(payload.adapter)
        return false
      case 'queue_degraded_drop_mode':
        return payload.reason === 'worker_failed' && this.#failing.has(payload.adapter)
      case 'adapter_health':
        if (payload.to !== 'ok') return this.#failing.has(payload.adapter)
        this.#failing.delete(payload.adapter)
        return false
      case 'queue_dropped':
        // the end of the runtime says it, with all adapters together
        return payload.reason === 'shutdown'
      default:
        return false
    }
  }
}
