import type { LogRecord } from '@holdfast/api'
import { LineHead } from '../ring/event-line.js'

const EVENT_ID_CHARS = 36

/** What is kept of a record that an adapter cannot process. */
export interface Letter {
  /** The lane. */
  readonly adapter: string
  readonly origin: string
  readonly seq: number
  readonly event_id: string
  /** Why the adapter could not take it. */
  readonly error: string
  readonly code: string
  /** Its canonical line as it is, which may be no JSON. */
  readonly line: string
}

/** Where records go that an adapter cannot process. */
export interface Aside {
  /**
   * Keeps a record for good. It is there before this returns.
   *
   * @returns the path of the file; `undefined` where there is no place for one, or no room in it for more
   * @throws when it cannot be kept just now: a full disk, no descriptor
   */
  put(letter: Letter): string | undefined
  /** Bytes that all lanes' files have. */
  readonly bytes: number
}

/** Who an event is, read out of its line without parsing it: it may be no JSON. */
export function identityOf({ json }: LogRecord): { readonly seq: number; readonly event_id: string } {
  const seq = Number(/"seq":(\d+)\}$/.exec(json)?.[1] ?? 0)
  return { seq, event_id: json.slice(LineHead.ID_AT, LineHead.ID_AT + EVENT_ID_CHARS) }
}
