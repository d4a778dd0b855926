import { type EventEntry, type EventSource, WindowsError, type WindowsEvents } from '@holdfast/eventlog'

const INVALID_HANDLE = 6
const INVALID_PARAMETER = 87
const STRING_MAX = 31_839
const STRINGS_MAX = 256
/** A record of 64 KiB, less its head. */
const RECORD_MAX_BYTES = 65_024

/** Stands in for Windows: remembers what it is given, and refuses what Windows refuses. */
export class RecordingWindows implements WindowsEvents {
  readonly entries: EventEntry[] = []
  readonly opened: string[] = []
  readonly registered = new Set<string>()
  /** Sources that are open. */
  openCount = 0
  /** Error numbers of the next calls of `report`; 0 lets one pass. */
  readonly nextErrors: number[] = []
  /** Error number of every call, until it is taken away. */
  broken: number | undefined
  maxBytes: number = RECORD_MAX_BYTES

  open(source: string): EventSource {
    if (this.broken !== undefined) throw new WindowsError('RegisterEventSource', this.broken)
    this.opened.push(source)
    this.openCount++
    return new RecordingSource(this)
  }

  isRegistered(source: string): boolean {
    return this.registered.has(source)
  }
}

class RecordingSource implements EventSource {
  readonly #windows: RecordingWindows
  #isClosed = false

  constructor(windows: RecordingWindows) {
    this.#windows = windows
  }

  report(entry: EventEntry): void {
    const { broken, nextErrors, maxBytes, entries } = this.#windows
    const number = this.#isClosed ? INVALID_HANDLE : (broken ?? nextErrors.shift() ?? 0)
    if (number !== 0) throw new WindowsError('ReportEvent', number)
    const { strings } = entry
    const isAcceptable =
      strings.length <= STRINGS_MAX && strings.every((text) => text.length <= STRING_MAX && !text.includes('\0'))
    const bytes = strings.reduce((sum, text) => sum + 2 * (text.length + 1), 0)
    if (!isAcceptable || bytes > maxBytes) throw new WindowsError('ReportEvent', INVALID_PARAMETER)
    entries.push(entry)
  }

  close(): void {
    if (!this.#isClosed) this.#windows.openCount--
    this.#isClosed = true
  }
}
