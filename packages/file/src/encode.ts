import type { LineBlock, LogRecord } from '@holdfast/api'

/** One record as text, without a line end. */
export type RenderLine = (record: LogRecord) => string

/** What the line loop of `node:fs` likes best: larger chunks fall out of the processor's cache. */
const CHUNK_BYTES = 64 * 1024
const NEWLINE = 10
const UTF8_BYTES_PER_UNIT = 3

/**
 * Lines on their way to the kernel, as bytes in one reused block: no string is joined and nothing is allocated per line.
 *
 * ```
 * bytes  {"v":1…}\n{"v":1…}\n{"v":1…}\n······
 * ends            ^0        ^1        ^2 = length
 * ```
 */
export class LineBuffer {
  readonly #render: RenderLine | undefined
  bytes: Buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
  length = 0
  /** Where each line ends, counted from the record that the block begins with. */
  readonly ends: number[] = []

  /** Without `render` a line is the record's JSON. */
  constructor(render?: RenderLine) {
    this.#render = render
  }

  /**
   * Fills the block with the lines of `batch` from `start` on, as many as fit into it and into `room` bytes.
   * Returns the index behind the last one: `start` when not even the first fits into `room`, unless `mustTakeOne`.
   */
  fill(batch: readonly LogRecord[], start: number, room: number, mustTakeOne: boolean): number {
    let length = 0
    let index = start
    for (; index < batch.length; index++) {
      const record = batch[index] as LogRecord
      const line = this.#render === undefined ? record.json : this.#render(record)
      if (length + line.length * UTF8_BYTES_PER_UNIT >= this.bytes.length && !this.#makeRoom(line, length)) break
      const end = length + this.bytes.write(line, length, 'utf8') + 1
      if (end > room && (index > start || !mustTakeOne)) break
      this.bytes[end - 1] = NEWLINE
      this.ends[index - start] = end
      length = end
    }
    this.length = length
    return index
  }

  /** One line with its end, in bytes of its own. */
  line(record: LogRecord): Buffer {
    return Buffer.from(`${this.#render?.(record) ?? record.json}\n`)
  }

  /** Takes over a copy of lines that came as bytes. */
  load({ bytes, start, end, count, ends }: LineBlock): void {
    this.bytes = Buffer.from(bytes.subarray(start, end))
    this.length = end - start
    for (let i = 0; i < count; i++) this.ends[i] = (ends[i] as number) - start
  }

  /** How many whole lines are in the first `count` bytes. */
  linesWithin(count: number, lines: number): number {
    let whole = 0
    while (whole < lines && (this.ends[whole] as number) <= count) whole++
    return whole
  }

  /** Whether the line fits; a first line that is larger than the block makes the block larger. */
  #makeRoom(line: string, length: number): boolean {
    const needed = length + Buffer.byteLength(line) + 1
    if (needed <= this.bytes.length) return true
    if (length > 0) return false
    this.bytes = Buffer.allocUnsafeSlow(needed)
    return true
  }
}

/** A render function that cannot fail: what `render` cannot do becomes the JSON line, and `failed` is told. */
export function totalRender(render: (record: LogRecord) => unknown, failed: (error: unknown) => void): RenderLine {
  return (record) => {
    try {
      const text = render(record)
      if (typeof text === 'string') return text.endsWith('\n') ? text.slice(0, -1) : text
      failed(new TypeError(`Expected \`format\` to return text, got ${text === null ? 'null' : typeof text}.`))
    } catch (error) {
      failed(error)
    }
    return record.json
  }
}
