import { inspect } from 'node:util'
import type { LogEvent } from '@holdfast/api'
import { LogExpectationError } from './log-expectation-error.js'
import { isMatch, type LogQuery } from './log-query.js'
import { showNearest, showQuery, showRecord, showRecords } from './show-records.js'

/** How long `waitFor` waits. */
export interface WaitOptions {
  /** Longest wait in milliseconds, in real time. @default 1000 */
  readonly timeoutMs?: number
}

/** What a capture is told by whoever runs it. */
export interface CaptureControl {
  /** Ends the capture. */
  stop(): void
  /** What to tell a test that misses a record, when the capture does not count where it asks; '' otherwise. */
  hint(): string
}

/**
 * The records of a capture, as they arrive. They stay readable after `stop`.
 * The methods that expect something throw with a list of what was captured.
 */
export class CapturedLogs implements Disposable {
  readonly #control: CaptureControl
  readonly #waiting = new Set<() => void>()
  #records: LogEvent[] = []

  constructor(control: CaptureControl) {
    this.#control = control
    // contexts of Jest have no `Symbol.dispose` on Node 20; what compiles `using` looks for this one then
    Object.defineProperty(this, Symbol.for('Symbol.dispose'), { value: () => this.stop() })
    Object.defineProperty(this, inspect.custom, { value: () => this.#show() })
  }

  /** What was captured up to now, oldest first: the parsed canonical lines. */
  get records(): readonly LogEvent[] {
    return this.#records
  }

  /** The messages of the records. */
  get messages(): readonly string[] {
    return this.#records.map(({ message }) => message)
  }

  /** The records as lines of level, logger, message, fields and error, without times and stacks: for snapshots. */
  get text(): string {
    return this.#records.map(showRecord).join('\n')
  }

  /** The first record that matches. */
  find(query: LogQuery): LogEvent | undefined {
    return this.#records.find((record) => isMatch(record, query))
  }

  /** All records that match. */
  filter(query: LogQuery): readonly LogEvent[] {
    return this.#records.filter((record) => isMatch(record, query))
  }

  /**
   * The first record that matches.
   *
   * @throws {LogExpectationError} when there is none
   */
  expect(query: LogQuery): LogEvent {
    const found = this.find(query)
    if (found === undefined) throw new LogExpectationError(this.#missing(query), this.expect)
    return found
  }

  /**
   * Makes sure that no record matches; without a query, that there is none at all.
   *
   * @throws {LogExpectationError} when there is one
   */
  expectNone(query?: LogQuery): void {
    const found = query === undefined ? this.#records : this.filter(query)
    if (found.length === 0) return
    const list = showRecords(this.#records, (record) => found.includes(record))
    throw new LogExpectationError(
      `Expected no ${query === undefined ? 'record' : showQuery(query)}, got ${found.length} of ${counted(this.#records)}:\n${list}`,
      this.expectNone,
    )
  }

  /**
   * Waits for a record that matches: one that is there already, or the next.
   *
   * @throws {LogExpectationError} when the time is over
   */
  async waitFor(query: LogQuery, options: WaitOptions = {}): Promise<LogEvent> {
    const { timeoutMs = 1000 } = options
    const found = this.find(query) ?? (await this.#next(query, timeoutMs))
    if (found === undefined) throw new LogExpectationError(`Waited ${timeoutMs} ms. ${this.#missing(query)}`)
    return found
  }

  /** Forgets what was captured up to now. */
  clear(): void {
    this.#records = []
  }

  /** Ends the capture; log calls go where they went before. May be called again. */
  stop(): void {
    this.#control.stop()
  }

  [Symbol.dispose](): void {
    this.stop()
  }

  [Symbol.iterator](): Iterator<LogEvent> {
    return this.#records[Symbol.iterator]()
  }

  /** Called by the capture alone. */
  static take(logs: CapturedLogs, record: LogEvent): void {
    logs.#records.push(record)
    logs.#tellWaiting()
  }

  #show(): string {
    return `CapturedLogs of ${counted(this.#records)}${this.#records.length === 0 ? '' : `:\n${showRecords(this.#records)}`}`
  }

  #next(query: LogQuery, timeoutMs: number): Promise<LogEvent | undefined> {
    return new Promise((resolve) => {
      const look = (isOver: boolean): void => {
        const found = this.find(query)
        if (found === undefined && !isOver) return
        clearTimeout(timer)
        this.#waiting.delete(onRecord)
        resolve(found)
      }
      const onRecord = (): void => look(false)
      const timer = setTimeout(() => look(true), timeoutMs)
      this.#waiting.add(onRecord)
    })
  }

  #tellWaiting(): void {
    for (const look of this.#waiting) look()
  }

  #missing(query: LogQuery): string {
    const list = this.#records.length === 0 ? '.' : `:\n${showRecords(this.#records)}`
    const more = [showNearest(this.#records, query), this.#control.hint()].filter((text) => text !== '')
    return [`Expected a ${showQuery(query)}, got ${counted(this.#records)}${list}`, ...more].join('\n')
  }
}

function counted(records: readonly LogEvent[]): string {
  return records.length === 1 ? '1 record' : `${records.length === 0 ? 'no' : records.length} records`
}
