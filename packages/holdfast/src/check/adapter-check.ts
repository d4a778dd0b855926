import type { Health } from '@holdfast/api'

/** What became of the test event at one adapter. */
export interface AdapterCheck {
  readonly name: string
  /**
   * `accepted`: the destination took it. `rejected`: it answered, and will never take it. `failed`: nothing got through, and that may
   * pass. `timed_out`: no answer in time. `off`: its level is `off` here, so nothing was sent.
   */
  readonly state: 'accepted' | 'rejected' | 'failed' | 'timed_out' | 'off'
  /** The destination answered, whether it took the event or not. */
  readonly reachable: boolean
  /** From the call until the answer, connecting included; `null` when there was none. */
  readonly latencyMs: number | null
  /** The first thing that went wrong, also in flushing or closing after the event was accepted. */
  readonly error: { readonly code: string; readonly message: string } | null
  /** What to do about what is missing, where that is known. */
  readonly cure: string | null
  /** What the adapter says of itself after the event. */
  readonly health: Health | null
}
