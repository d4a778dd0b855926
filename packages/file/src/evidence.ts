import type { LogRecord } from '@holdfast/api'
import { AdapterError } from '@holdfast/core'
import type { LineBuffer } from './encode.js'
import { errorCode } from './error-code.js'
import type { Issues } from './issues.js'
import { mayBe } from './known-file.js'
import { headOf, type Mark, type MarkedEvents, markedEvents, wholeLines } from './mark.js'
import { Marks } from './marks.js'
import type { OpenFile } from './open-file.js'
import { placeAtEnd, SeenEvents } from './seen-events.js'
import { noteLines, type TornTail, tailAfterLines, tailFrom } from './tail.js'
import type { FileTransport } from './transport.js'

/** What tells a later writer which events are in the files. */
export interface Evidence {
  readonly seen: SeenEvents
  /** Reads what a predecessor kept beside the files. Throws when it is there and cannot be read. */
  load(): void
  /** Somebody kept something before, whether it can be read or not. */
  readonly hasPredecessor: boolean
  /** Whether this file was announced to be written to, whatever else is known of it. */
  knows(file: OpenFile): boolean
  /** Notes the events in a file from byte `from` on. Returns what a kill may have left half-written at its end. It is only read. */
  account(file: OpenFile, from: number): TornTail | undefined
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
    hasPredecessor: false,
    knows: () => false,
    account(file, from) {
      note(file, from)
      return tailAfterLines(file, from)
    },
    look: (file) => note(file, 0),
    leave: note,
    expect: NOTHING,
    confirm: NOTHING,
    completed: (json) => noteLine(json, seen),
    retry: NOTHING,
    close: NOTHING,
  }
}

/** Other lines do not tell: each block is announced by a mark in a file beside, before it is written. */
export class EvidenceInMarks implements Evidence {
  readonly seen: SeenEvents
  hasPredecessor = false
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
    this.hasPredecessor = true
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

  knows(file: OpenFile): boolean {
    const mark = this.#inherited
    if (mark === undefined || !mayBe(file.look(), { identity: mark.file, from: mark.at })) return false
    const expected = Buffer.from(mark.head, 'latin1')
    const found = Buffer.alloc(Math.min(expected.length, file.size - mark.at))
    if (found.length === 0) return file.identity === mark.file
    // a number may be used again; what we wrote there is not
    return file.read(found, mark.at) && found.equals(expected.subarray(0, found.length))
  }

  account(file: OpenFile): TornTail | undefined {
    const mark = this.#inherited
    if (mark === undefined || !this.knows(file)) return undefined
    const whole = wholeLines(mark, file.size)
    this.#note(mark, whole)
    const origin = mark.origins[mark.origin[whole] ?? -1]
    if (origin === undefined) return undefined
    return tailFrom(file, mark.at + (mark.ends[whole - 1] ?? 0), { origin, seq: mark.seq[whole] as number })
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
    noteLine(json, this.seen)
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

  #note({ origins, origin, seq }: MarkedEvents, lines: number): void {
    for (let i = 0; i < lines; i++) {
      const name = origins[origin[i] as number]
      if (name !== undefined) this.seen.note(name, seq[i] as number)
    }
  }
}

function noteLine(json: string, seen: SeenEvents): void {
  const place = placeAtEnd(json)
  if (place !== undefined) seen.note(place.origin, place.seq)
}

function unreadable(file: OpenFile): AdapterError {
  return new AdapterError(`Expected to read the last lines of \`${file.path}\`. Lines of the last batch may come twice.`)
}
