import type { LogEvent } from '@holdfast/api'

/** What the page was told about itself. */
export interface About {
  readonly title: string
  readonly takenAt: number
  readonly leftOut: number
  readonly selection: readonly string[]
}

/** One event of the dump. */
export interface Row {
  /** Its place in the dump, from 0. */
  readonly index: number
  readonly event: LogEvent
  /** Milliseconds since 1970; `NaN` when nobody knows. */
  readonly time: number
  readonly level: number
  /** A stand-in for a record that could not be read. */
  readonly isUnreadable: boolean
}

/** Reads what the page says about itself. */
export function readAbout(): About {
  return JSON.parse(document.getElementById('about')?.textContent ?? '{}') as About
}

/** Reads the events out of their data elements, and empties those: their text would be in memory twice. */
export function readRows(): readonly Row[] {
  const rows: Row[] = []
  for (const block of document.querySelectorAll('script.events')) {
    for (const event of JSON.parse(block.textContent ?? '[]') as readonly LogEvent[]) rows.push(toRow(event, rows.length))
    block.remove()
  }
  return rows
}

function toRow(event: LogEvent, index: number): Row {
  const { timestamp, level_value: level } = event
  return {
    index,
    event,
    time: Date.parse(timestamp),
    level: typeof level === 'number' ? level : 0,
    isUnreadable: Reflect.get(event, 'unreadable') === true,
  }
}
