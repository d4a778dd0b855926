import type { LogEvent, LogRecord } from '@holdfast/api'

/**
 * What reading the event of a record throws whose canonical line is no JSON. Its message shows nothing of the line: it goes into diagnostics, and
 * the parser's own message quotes what a user logged.
 */
export class UnreadableRecord extends Error {
  override readonly name = 'UnreadableRecord'
  readonly code = 'RECORD_UNREADABLE'

  constructor() {
    super('The canonical line of this record is no JSON.')
  }
}

/** A record whose event is parsed only when somebody asks for it. */
export class RenderedRecord implements LogRecord {
  readonly level: number
  readonly time: number
  readonly json: string
  #event: LogEvent | undefined
  #failure: UnreadableRecord | undefined

  constructor(level: number, time: number, json: string) {
    this.level = level
    this.time = time
    this.json = json
  }

  /** @throws UnreadableRecord */
  get event(): LogEvent {
    this.#event ??= this.#parse()
    return this.#event
  }

  /** Somebody asked for its event, and there is none: whatever an adapter throws then, the fault may be this record's. */
  get isUnreadable(): boolean {
    return this.#failure !== undefined
  }

  #parse(): LogEvent {
    if (this.#failure !== undefined) throw this.#failure
    try {
      return JSON.parse(this.json) as LogEvent
    } catch {
      this.#failure = new UnreadableRecord()
      throw this.#failure
    }
  }
}
