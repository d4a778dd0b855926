import type { LogRecord } from '@holdfast/api'

/** A record that was read, once, so that nothing of it can throw or change later. */
export interface Row {
  /** `undefined` when it cannot be read. */
  readonly level: number | undefined
  /** Milliseconds since 1970; `undefined` when it cannot be read. */
  readonly time: number | undefined
  /** JSON of the event as it is in the record, not parsed yet; `undefined` when there is none at all. */
  readonly json: string | undefined
  /** Why there is no `json`. */
  readonly fault?: string
}

/** Reads a record, whatever it is: a getter that throws, a wrong type or an event that goes in circles becomes a fault. */
export function readRow(record: LogRecord): Row {
  const level = numberOf(record, 'level')
  const time = numberOf(record, 'time')
  const json = attempt(() => record.json)
  if (typeof json.value === 'string') return { level, time, json: json.value }
  const event = attempt(() => JSON.stringify(record.event) as unknown)
  if (typeof event.value === 'string') return { level, time, json: event.value }
  return { level, time, json: undefined, fault: json.fault ?? event.fault ?? 'it has neither `json` nor `event`' }
}

function numberOf(record: LogRecord, key: 'level' | 'time'): number | undefined {
  const { value } = attempt(() => record[key])
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

function attempt<T>(read: () => T): { readonly value?: T; readonly fault?: string } {
  try {
    return { value: read() }
  } catch (error) {
    // the record becomes a row that says so
    return { fault: faultText(error) }
  }
}

const MAX_FAULT_CHARS = 200

/** What was thrown, as a short text; what cannot even be turned into one too. */
export function faultText(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown).slice(0, MAX_FAULT_CHARS)
  } catch {
    // an error whose own text throws says nothing more
    return 'an error without a text'
  }
}
