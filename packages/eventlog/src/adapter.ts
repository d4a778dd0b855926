import type { Adapter, Health, LogRecord } from '@holdfast/api'
import { AdapterError, recordFault } from '@holdfast/core'
import { encodeEntry } from './encode.js'
import { ENTRY_MAX_UNITS, SMALL_ENTRY_MAX_UNITS, unitsOf } from './fit-strings.js'
import { MissingPiece } from './missing-piece.js'
import type { EventlogSettings } from './options.js'
import { toSourceName } from './source-name.js'
import { type EventEntry, type EventSource, WindowsError, type WindowsEvents } from './transport.js'
import { type KnownWindowsError, knownWindowsError } from './windows-errors.js'

/**
 * Hands events to the Windows Event Log, one call each: the call returns when the Event Log service has taken the entry. The source
 * is opened at the first event, and anew after a failure.
 */
export class EventlogAdapter implements Adapter {
  readonly name: string
  readonly #settings: EventlogSettings
  readonly #windows: WindowsEvents
  #source: string | undefined
  #open: EventSource | undefined
  #isRegistered: boolean | undefined
  #failure: string | undefined
  #isClosed = false

  constructor(settings: EventlogSettings, windows: WindowsEvents) {
    this.name = settings.name
    this.#settings = settings
    this.#windows = windows
    this.#source = settings.source
  }

  write(batch: readonly LogRecord[], signal: AbortSignal): void {
    signal.throwIfAborted()
    this.writeSync(batch)
  }

  writeSync(batch: readonly LogRecord[]): void {
    if (this.#isClosed) throw new AdapterError('The Event Log adapter is closed.', { code: 'CLOSED' })
    for (const [index, record] of batch.entries()) {
      const entry = this.#encode(record, index, ENTRY_MAX_UNITS)
      try {
        this.#report(record, entry)
      } catch (error) {
        this.#fail(error, index)
      }
    }
    this.#failure = undefined
  }

  close(): void {
    this.#isClosed = true
    this.#release()
  }

  health(): Health {
    const details = this.#details()
    if (this.#failure === undefined) return { state: 'ok', details }
    return { state: 'down', reason: this.#failure, details }
  }

  #encode(record: LogRecord, accepted: number, maxUnits: number): EventEntry {
    try {
      return encodeEntry(record, this.#settings, maxUnits)
    } catch (error) {
      throw recordFault(accepted, error)
    }
  }

  #report(record: LogRecord, entry: EventEntry): void {
    const source = this.#sourceFor(record)
    try {
      source.report(entry)
    } catch (error) {
      const isLarge = unitsOf(entry.strings) > SMALL_ENTRY_MAX_UNITS
      if (!isLarge || knownErrorOf(error)?.mayBeSize !== true) throw error
      source.report(encodeEntry(record, this.#settings, SMALL_ENTRY_MAX_UNITS))
    }
  }

  #sourceFor(record: LogRecord): EventSource {
    this.#source ??= toSourceName(record.event.context.service)
    this.#open ??= this.#windows.open(this.#source)
    this.#isRegistered ??= this.#windows.isRegistered(this.#source)
    return this.#open
  }

  #fail(cause: unknown, accepted: number): never {
    const known = knownErrorOf(cause)
    if (known === undefined) {
      this.#release()
      this.#failure = cause instanceof Error ? cause.message : String(cause)
      throw new AdapterError(`Cannot write to the Windows Event Log: ${this.#failure}`, {
        accepted,
        code: 'EVENTLOG_FAILED',
        cause,
      })
    }
    const { code, meaning, cure, isFinal } = known
    const message = `Cannot write to the Windows Event Log as \`${this.#source}\`: ${meaning} (${code}).`
    const details = { accepted, code, cause }
    // that Windows will never take one entry says nothing about the next one
    if (isFinal === true && this.#open !== undefined) throw new AdapterError(message, { ...details, retryable: false })
    this.#release()
    this.#failure = message
    throw cure === undefined ? new AdapterError(message, details) : new MissingPiece(message, { ...details, cure })
  }

  #release(): void {
    this.#open?.close()
    this.#open = undefined
  }

  #details(): NonNullable<Health['details']> {
    if (this.#source === undefined) return {}
    if (this.#isRegistered === undefined) return { source: this.#source }
    if (this.#isRegistered) return { source: this.#source, registered: true }
    const cure = `As an administrator: npx @holdfast/eventlog register "${this.#source}"`
    return { source: this.#source, registered: false, cure }
  }
}

function knownErrorOf(error: unknown): KnownWindowsError | undefined {
  return error instanceof WindowsError ? knownWindowsError(error.number) : undefined
}
