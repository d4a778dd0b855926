import type { Adapter, LineBlock, LogRecord } from '@holdfast/api'
import { makeRecord } from '@holdfast/testkit'

/** How records reach the adapter. */
export type Way = 'lines' | 'records'

/** What survives a writer: for each origin how many events there are, and up to which one they are acknowledged. */
export interface Ring {
  readonly counts: readonly number[]
  readonly acknowledged: number[]
}

export function makeRing(...counts: readonly number[]): Ring {
  return { counts, acknowledged: counts.map(() => 0) }
}

export function originOf(index: number): string {
  return `origin${String.fromCharCode(97 + index).repeat(8)}`
}

export function eventOf(origin: number, seq: number, time?: number): LogRecord {
  const message = `message-${seq} ${'é'.repeat(seq % 40)}`
  return makeRecord({ origin: originOf(origin), seq, message, ...(time === undefined ? undefined : { time }) })
}

/** Hands over the events of a ring as the writer does: those of several origins mixed, without what `resume` knows. */
export class Writer {
  readonly #adapter: Adapter
  readonly #ring: Ring
  readonly #way: Way
  readonly #known: ReadonlyMap<string, number>
  readonly #random: () => number
  readonly #cursors: number[]

  constructor(adapter: Adapter, ring: Ring, way: Way, random: () => number = Math.random) {
    this.#adapter = adapter
    this.#ring = ring
    this.#way = way
    this.#random = random
    const resumed = adapter.resume?.() ?? new Map<string, number>()
    this.#cursors = [...ring.acknowledged]
    const next = ring.counts.flatMap((count, index) => {
      const seq = Math.max(this.#cursors[index] as number, resumed.get(originOf(index)) ?? 0) + 1
      return seq <= count ? [eventOf(index, seq)] : []
    })
    this.#known = adapter.mend?.(next) ?? resumed
  }

  /** Writes the next events, at most `most`; false when there are none. Acknowledges them only if `isAlive` says so afterwards. */
  step(most: number, acknowledge: (cursors: readonly number[]) => void): boolean {
    const batch: LogRecord[] = []
    let isMore = false
    for (let taken = 0; taken < most; taken++) {
      const open = this.#ring.counts.flatMap((count, index) => ((this.#cursors[index] as number) < count ? [index] : []))
      const index = open[Math.floor(this.#random() * open.length)]
      if (index === undefined) break
      isMore = true
      const seq = (this.#cursors[index] as number) + 1
      this.#cursors[index] = seq
      if (seq > (this.#known.get(originOf(index)) ?? 0)) batch.push(eventOf(index, seq))
    }
    if (!isMore) return false
    if (batch.length > 0) this.#write(batch)
    acknowledge(this.#cursors)
    return true
  }

  #write(batch: readonly LogRecord[]): void {
    if (this.#way === 'lines' && this.#adapter.writeLinesSync !== undefined) this.#adapter.writeLinesSync(blockOf(batch))
    else this.#adapter.writeSync?.(batch)
  }
}

function blockOf(batch: readonly LogRecord[]): LineBlock {
  const lines = batch.map(({ json }) => Buffer.from(`${json}\n`))
  const bytes = Buffer.concat([Buffer.from('before '), ...lines, Buffer.from('behind')])
  let end = 7
  const ends = lines.map((line) => {
    end += line.length
    return end
  })
  return { bytes, start: 7, end, count: batch.length, ends, lastTime: batch.at(-1)?.time ?? 0, highestLevel: 20 }
}

/** What is wrong with the contents of log files: events that are lost, doubled or out of order within a file, and lines that are none. */
export function faultsIn(
  contents: readonly string[],
  ring: Ring,
  readLine: (line: string) => readonly [string, number],
): readonly string[] {
  const faults: string[] = []
  const found = ring.counts.map(() => new Map<number, number>())
  for (const content of contents) {
    const last = ring.counts.map(() => 0)
    if (content !== '' && !content.endsWith('\n')) faults.push(`torn: ${content.slice(-80)}`)
    for (const line of content.split('\n').slice(0, -1)) {
      const [origin, seq] = readLine(line)
      const index = ring.counts.findIndex((_, i) => originOf(i) === origin)
      if (index === -1) {
        faults.push(`unparsable: ${line.slice(0, 200)}`)
        continue
      }
      if (seq <= (last[index] as number)) faults.push(`order: ${origin} ${seq} behind ${last[index]}`)
      last[index] = seq
      const times = (found[index]?.get(seq) ?? 0) + 1
      found[index]?.set(seq, times)
      if (times > 1) faults.push(`doubled: ${origin} ${seq}`)
    }
  }
  for (const [index, count] of ring.counts.entries()) {
    for (let seq = 1; seq <= count; seq++) if (found[index]?.has(seq) !== true) faults.push(`lost: ${originOf(index)} ${seq}`)
  }
  return faults
}

export function readJsonLine(line: string): readonly [string, number] {
  try {
    const { origin, seq } = JSON.parse(line) as { origin: string; seq: number }
    return [origin, seq]
  } catch {
    return ['', 0]
  }
}

/** For the format of `textOf`. */
export function readTextLine(line: string): readonly [string, number] {
  const [, origin, seq] = /^> (\S+) #(\d+)\/ .*\/ message-\2 é*$/.exec(line) ?? []
  return [origin ?? '', Number(seq)]
}

/** Several physical lines for one event, as with a stack. */
export function textOf({ origin, seq, message }: { origin: string; seq: number; message: string }): string {
  return `> ${origin} #${seq}\n  ${'at '.repeat(seq % 7)}\n  ${message}\n`
}

/** Joins what `textOf` divided, so that each event is one line again. */
export function joinText(content: string): string {
  return content.replace(/\n {2}/g, '/ ')
}
