import type { EventType } from './options.js'

/** One entry of the log, ready to be handed over: no string has a NUL, none is too long. */
export interface EventEntry {
  readonly type: EventType
  readonly category: number
  readonly id: number
  readonly strings: readonly string[]
}

/** What the adapter needs of Windows. `loadWindows` makes the real one; tests give their own. */
export interface WindowsEvents {
  /** Opens a source for writing, registered or not. Throws `WindowsError`. */
  open(source: string): EventSource
  /** Whether Event Viewer knows the source, so that it can show its entries without complaining. */
  isRegistered(source: string): boolean
}

/** A source that is open. */
export interface EventSource {
  /** Returns when the Event Log service has taken the entry. Throws `WindowsError`. */
  report(entry: EventEntry): void
  close(): void
}

/** A call that Windows refused, with the number that `GetLastError` gave. */
export class WindowsError extends Error {
  override readonly name = 'WindowsError'
  readonly call: string
  readonly number: number

  constructor(call: string, number: number) {
    super(`${call} failed with error ${number}.`)
    this.call = call
    this.number = number
  }
}
