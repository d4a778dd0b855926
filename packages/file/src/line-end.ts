import type { OpenFile } from './open-file.js'
import type { TornTail } from './tail.js'

/** A line that is only partly in the file. */
export interface TornLine {
  /** Which record, by its JSON. */
  readonly json: string
  /** The whole line. */
  readonly line: Uint8Array
  /** Where in the file it begins. */
  readonly start: number
  /** Whether its beginning may be taken out again: only one that this writer has written itself. */
  readonly mayCut: boolean
}

/** What is known of an end of the file that is no end of a line. */
export class LineEnd {
  torn: TornLine | undefined
  /** What may be the beginning of a line that a killed writer was about to write. */
  tail: TornTail | undefined
  /** JSON of a record whose torn line was completed before the record came again. */
  completed: string | undefined
  readonly #told: (json: string) => void

  /** @param told hears of each record whose torn line was completed */
  constructor(told: (json: string) => void) {
    this.#told = told
  }

  get isWhole(): boolean {
    return this.torn === undefined && this.tail === undefined && this.completed === undefined
  }

  /** Byte up to which the lines in the file are whole. */
  wholeUpTo(file: OpenFile): number {
    return this.torn?.start ?? this.tail?.start ?? file.size
  }

  /** The file is somebody else's now: whatever is half in it stays, and comes again whole. */
  forget(): void {
    this.torn = undefined
    this.tail = undefined
    this.completed = undefined
  }

  /** Says whose beginning the tail is: its line is torn then. Nobody's gets an end and stays. */
  claim(file: OpenFile, owner: Pick<TornLine, 'json' | 'line'> | undefined): void {
    const { tail } = this
    if (tail === undefined) return
    if (owner === undefined) file.endTornLine()
    else this.torn = { ...owner, start: tail.start, mayCut: false }
    this.tail = undefined
  }

  /** Writes what a torn line lacks. Throws when the disk does not take it all. */
  complete(file: OpenFile): void {
    const { torn } = this
    if (torn === undefined) return
    const start = beginningOf(torn, file)
    this.torn = { ...torn, start }
    const shortfall = file.append(torn.line, torn.line.length, file.size - start)
    if (shortfall !== undefined) throw shortfall.cause
    this.torn = undefined
    this.#told(torn.json)
  }

  /** Before the file is left, or other records come first: takes a torn line out, or where that is impossible completes it. */
  end(file: OpenFile): void {
    this.claim(file, undefined)
    const { torn } = this
    if (torn === undefined) return
    if (torn.mayCut && file.cut(torn.start, torn.line)) {
      this.torn = undefined
      return
    }
    this.complete(file)
    this.completed = torn.json
  }
}

/** Where in the file a torn line begins: at its end where somebody has cut the file, or has written behind that beginning. */
function beginningOf({ start, line }: TornLine, file: OpenFile): number {
  const { size } = file
  file.look()
  if (file.size > size) file.endTornLine()
  return file.size > size || file.size < start || file.size - start > line.length ? file.size : start
}
