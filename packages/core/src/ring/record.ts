import type { LogEvent, LogRecord } from '@holdfast/api'

/** A record whose event is parsed only when somebody asks for it. */
export class RenderedRecord implements LogRecord {
  readonly level: number
  readonly time: number
  readonly json: string
  #event: LogEvent | undefined

  constructor(level: number, time: number, json: string) {
    this.level = level
    this.time = time
    this.json = json
  }

  get event(): LogEvent {
    this.#event ??= JSON.parse(this.json) as LogEvent
    return this.#event
  }
}
