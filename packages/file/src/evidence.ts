import type { LogRecord } from '@holdfast/api'
import { AdapterError } from '@holdfast/core'
import type { LineBuffer } from './encode.js'
import { errorCode } from './error-code.js'
import type { Issues } from './issues.js'
import { headOf, type Mark, type MarkedEvents, markedEvents, wholeLines } from './mark.js'
import { Marks } from './marks.js'
import type { OpenFile } from './open-file.js'
import { placeAtEnd, SeenEvents } from './seen-events.js'
import { cutTornLine, noteLines } from './tail.js'
import { type FileTransport, isSameFile } from './transport.js'

/** What tells a later writer which events are in the files. */
export interface Evidence {
  readonly seen: SeenEvents
  /** Reads what a predecessor kept beside the files. Throws when it is there and cannot be read. */
  load(): void
  /** Whether the torn end of this file can be told, whatever else is known of it. */
  knows(identity: string): boolean
  /** Notes the events in a file from byte `from` on, and takes out what a kill left half-written at its end. */
  account(file: OpenFile, from: number): void
  /** The same for a file that somebody else may have made: it is only read. */
  look(file: OpenFile): void
  /** Notes the events in a file that is left. */
  leave(file: OpenFile, from: number): void
  /** Before lines are written: the block holds those of `batch` from `start` to `next`. */
  expect(file: OpenFile, batch: readonly LogRecord[], start: number, next: number, block: LineBuffer): void
  /** After they were written: how many are whole in the file. */
  confirm(lines: number): void
  /** A torn line was completed before its record came again. */
  completed(json: string): void
  /** A moment to repair what failed. */
  retry(): void
  close(): void
}

const NOTHING = (): void => {}

/** Canonical lines tell by themselves what they are: nothing is kept while they are written, and the last ones are read when asked. */
export function evidenceInLines(doubtBytes: number, issues: Issues): Evidence {
  const seen = new SeenEvents(doubtBytes)
  const note = (file: OpenFile, from: number): void => {
    if (!noteLines(file, from, doubtBytes, seen)) issues.note('resume', unreadable(file))
  }
  return {
    seen,
    load: NOTHING,
    knows: () => false,
    account(file, from) {
      // first what never fails for want of room
      note(file, from)
      cutTornLine(file, from)
    },
    look: (file) => note(file, 0),
    leave: note,
    expect: NOTHING,
    confirm: NOTHING,
    completed: NOTHING,
    retry: NOTHING,
    close: NOTHING,
  }
}

/** Other lines do not tell: each block is announced by a mark in a file beside, before it is written. */
export class EvidenceInMarks implements Evidence {
  readonly seen: SeenEvents
  readonly #issues: Issues
  readonly #marks: Marks
  /** What a predecessor announced last. */
  #inherited: Mark | undefined
  #announced: MarkedEvents | undefined
  /** Without marks the log goes on, until the next moment to repair. */
  #isOff = false

  constructor(transport: FileTransport, stateDir: string, doubtBytes: number, issues: Issues) {
    this.seen = new SeenEvents(doubtBytes)
    this.#issues = issues
    this.#marks = new Marks(transport, stateDir)
  }

  load(): void {
    if (this.#marks.isOpen || !this.#marks.areThere) return
    try {
      this.#inherited = this.#marks.open()
    } catch (error) {
      // for want of descriptors they can be read soon; what is no mark at all never
      if (['EMFILE', 'ENFILE'].includes(errorCode(error))) throw error
      this.#issues.note('resume', error)
      this.#isOff = true
    }
    for (const [origin, seq] of this.#inherited?.seen ?? []) this.seen.note(origin, seq)
  }

  knows(identity: string): boolean {
    return this.#inherited !== undefined && isSameFile(this.#inherited.file, identity)
  }

  account(file: OpenFile): void {
    const mark = this.#inherited
    if (mark === undefined || !isSameFile(mark.file, file.identity)) cutTornLine(file)
    else if (this.#isOurs(mark, file)) this.#accountMarked(mark, file)
    else file.endTornLine()
  }

  look: () => void = NOTHING
  leave: () => void = NOTHING

  expect(file: OpenFile, batch: readonly LogRecord[], start: number, next: number, block: LineBuffer): void {
    const events = markedEvents(batch, start, next, block.ends)
    this.#announced = events
    if (!this.#marks.isOpen && !this.#open()) return
    const head = headOf(block.bytes, block.length)
    try {
      this.#marks.write({ file: file.identity, at: file.size, head, ...events, seen: this.seen.entries() })
      this.#issues.clear('state')
    } catch (error) {
      this.#issues.note('state', error)
      this.#isOff = true
      // one that stays would speak of lines that are not those which follow now
      this.#marks.remove()
    }
  }

  confirm(lines: number): void {
    const events = this.#announced
    if (events === undefined || lines === 0) return
    this.#note(events, lines)
    this.seen.advance(events.ends[lines - 1] as number)
    this.#announced = undefined
  }

  completed(json: string): void {
    const place = placeAtEnd(json)
    if (place !== undefined) this.seen.note(place.origin, place.seq)
  }

  retry(): void {
    this.#isOff = false
  }

  close(): void {
    this.#marks.close()
  }

  #open(): boolean {
    if (this.#isOff) return false
    const isOpen = this.#issues.attempt('state', () => this.#marks.open())
    this.#isOff = !isOpen
    return isOpen
  }

  #accountMarked(mark: Mark, file: OpenFile): void {
    const whole = wholeLines(mark, file.size)
    this.#note(mark, whole)
    const end = mark.at + (mark.ends[whole - 1] ?? 0)
    if (whole === mark.ends.length) cutTornLine(file, end)
    else if (file.size > end && !file.cut(end)) file.endTornLine()
    file.sizeWhenSeen = file.size
  }

  #note({ origins, origin, seq }: MarkedEvents, lines: number): void {
    for (let i = 0; i < lines; i++) {
      const name = origins[origin[i] as number]
      if (name !== undefined) this.seen.note(name, seq[i] as number)
    }
  }

  /** A number of a file may be used again; what we wrote there is not. */
  #isOurs({ at, head }: Mark, file: OpenFile): boolean {
    const expected = Buffer.from(head, 'latin1')
    const length = Math.min(expected.length, file.size - at)
    if (length < 0) return false
    const found = Buffer.alloc(length)
    return file.read(found, at) && found.equals(expected.subarray(0, length))
  }
}

function unreadable(file: OpenFile): AdapterError {
  return new AdapterError(`Expected to read the last lines of \`${file.path}\`. Lines of the last batch may come twice.`)
}
