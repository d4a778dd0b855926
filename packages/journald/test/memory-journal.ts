import type { DatagramTransport } from '../dist/transport.js'

/** What a send costs before it answers that there is no room, when it may block. */
export const BLOCKED_MS = 10

/** A journald that keeps entries as they came, and fails on demand. */
export class MemoryJournal implements DatagramTransport {
  readonly entries: Buffer[] = []
  /** Every attempt, with whether it was one that may block. */
  readonly attempts: boolean[] = []
  /** What every attempt answers, until it is taken away. */
  fault: string | undefined
  /** Answers of the next attempts, before `fault` counts. */
  readonly next: (string | undefined)[] = []
  /** Larger entries need a file. */
  datagramMaxBytes = 200_000
  fileFault: string | undefined
  readonly files = new Map<number, Buffer>()
  filesMade = 0
  isClosed = false
  onBlocked: () => void = () => undefined

  send(bytes: Uint8Array, length: number, mayBlock: boolean): string | undefined {
    return length > this.datagramMaxBytes ? 'EMSGSIZE' : this.#take(Buffer.from(bytes.subarray(0, length)), mayBlock)
  }

  makeFile(bytes: Uint8Array, length: number): number {
    if (this.fileFault !== undefined) throw Object.assign(new Error(this.fileFault), { code: this.fileFault })
    this.files.set(++this.filesMade, Buffer.from(bytes.subarray(0, length)))
    return this.filesMade
  }

  sendFile(file: number, mayBlock: boolean): string | undefined {
    return this.#take(this.files.get(file) ?? Buffer.alloc(0), mayBlock)
  }

  closeFile(file: number): void {
    this.files.delete(file)
  }

  close(): void {
    this.isClosed = true
  }

  #take(entry: Buffer, mayBlock: boolean): string | undefined {
    this.attempts.push(mayBlock)
    const fault = this.next.length > 0 ? this.next.shift() : this.fault
    if (fault === undefined) this.entries.push(entry)
    else if (mayBlock) this.onBlocked()
    return fault
  }
}
