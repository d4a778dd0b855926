import type { LogRecord } from '@holdfast/api'
import { AdapterError, type Clock, recordFault } from '@holdfast/core'
import type { JournalClient } from './client.js'
import type { Condition } from './condition.js'
import type { EntryEncoder } from './encode.js'
import { EntryBuffer } from './entry-buffer.js'
import type { DatagramTransport } from './transport.js'
import { isFull, isTooLarge, troubleError, troubleOf } from './trouble.js'

/** A journald that has not read for so long hangs: what was a full queue becomes a failure, and the lane backs off. */
const HUNG_AFTER_MS = 1000
/** Most time that one `writeSync` waits for room, all entries together; the transport bounds the wait of one. */
const PATIENCE_MS = 50
/** A short queue is empty within microseconds: turns of the event loop find room in it so long, before timers do. */
const TURNS_FOR_MS = 1
/** Who sent so many entries without a wait has a long queue in front of it, as under systemd: it keeps journald busy until the next timer. */
const LONG_QUEUE = 64
const LONGEST_PAUSE_MS = 16
/** A batch lets others have the event loop after so many entries: about a millisecond. */
const ENTRIES_PER_TURN = 64
/** Errors of memfd_create that do not go away. */
const NEVER = new Set(['ENOSYS', 'EPERM', 'EINVAL', 'EACCES'])

export interface NativeClientParts {
  readonly transport: DatagramTransport
  readonly clock: Clock
  readonly encoder: EntryEncoder
  readonly condition: Condition
}

/** Speaks the journal's native protocol: one datagram for each entry, or one file in memory for an entry that is too large for it. */
export class NativeClient implements JournalClient {
  readonly kind = 'native'
  readonly #transport: DatagramTransport
  readonly #clock: Clock
  readonly #encoder: EntryEncoder
  readonly #condition: Condition
  /** Not in use. A `writeSync` or a new `write` that comes while an old one waits takes another. */
  #spare: Parcel | undefined
  #isClosed = false
  #fullSince: number | undefined
  #sentSinceWait = 0
  #hasLongQueue = false
  /** A wait within `writeSync` was in vain: until journald reads again nobody waits in it once more. */
  #isPatienceSpent = false

  constructor({ transport, clock, encoder, condition }: NativeClientParts) {
    this.#transport = transport
    this.#clock = clock
    this.#encoder = encoder
    this.#condition = condition
  }

  writeSync(batch: readonly LogRecord[]): void {
    const parcel = this.#takeParcel()
    let patienceMs = this.#isPatienceSpent ? 0 : PATIENCE_MS
    try {
      for (let index = 0; index < batch.length; index++) {
        this.#pack(batch[index] as LogRecord, parcel, index)
        let fault = this.#attempt(parcel, index, false)
        if (isFull(fault) && patienceMs > 0) {
          const start = this.#clock.monotonic()
          fault = this.#attempt(parcel, index, true)
          patienceMs -= this.#clock.monotonic() - start
          this.#isPatienceSpent = isFull(fault)
        }
        if (fault !== undefined) throw this.#failure(fault, index)
        this.#succeeded()
      }
    } finally {
      this.#giveBack(parcel)
    }
  }

  async write(batch: readonly LogRecord[], signal: AbortSignal): Promise<void> {
    const parcel = this.#takeParcel()
    try {
      for (let index = 0; index < batch.length; index++) {
        if (index % ENTRIES_PER_TURN === ENTRIES_PER_TURN - 1) await turnOfTheLoop()
        this.#demandWanted(signal, index)
        this.#pack(batch[index] as LogRecord, parcel, index)
        const fault = this.#attempt(parcel, index, false)
        if (isFull(fault)) await this.#untilSent(parcel, index, signal)
        else if (fault !== undefined) throw this.#failure(fault, index)
        this.#succeeded()
      }
    } finally {
      this.#giveBack(parcel)
    }
  }

  close(): void {
    this.#isClosed = true
    this.#transport.close()
  }

  #takeParcel(): Parcel {
    const parcel = this.#spare ?? new Parcel()
    this.#spare = undefined
    return parcel
  }

  #giveBack(parcel: Parcel): void {
    this.#closeFile(parcel)
    this.#spare = parcel
  }

  #pack(record: LogRecord, parcel: Parcel, accepted: number): void {
    this.#closeFile(parcel)
    parcel.entry.begin()
    try {
      this.#encoder.encode(record.event, parcel.entry)
    } catch (error) {
      throw recordFault(accepted, error)
    }
    parcel.entry.end()
  }

  #closeFile(parcel: Parcel): void {
    if (parcel.file === undefined) return
    this.#transport.closeFile(parcel.file)
    parcel.file = undefined
  }

  /** A call that was given up, or outlived the client, sends nothing more. */
  #demandWanted(signal: AbortSignal, accepted: number): void {
    if (this.#isClosed) throw new AdapterError('The journald adapter is closed.', { accepted, code: 'CLOSED' })
    if (!signal.aborted) return
    throw new AdapterError('Writing to journald was given up.', { accepted, code: 'ABORTED', cause: signal.reason })
  }

  #attempt(parcel: Parcel, accepted: number, mayBlock: boolean): string | undefined {
    const { bytes, length } = parcel.entry
    if (parcel.file === undefined) {
      const fault = this.#transport.send(bytes, length, mayBlock)
      if (!isTooLarge(fault)) return fault
      parcel.file = this.#makeFile(bytes, length, accepted)
    }
    return this.#transport.sendFile(parcel.file, mayBlock)
  }

  #makeFile(bytes: Uint8Array, length: number, accepted: number): number {
    try {
      return this.#transport.makeFile(bytes, length)
    } catch (cause) {
      const { code = '' } = cause as NodeJS.ErrnoException
      const message = `Cannot send an entry of ${length} bytes to journald: a file in memory cannot be made (${code}).`
      throw new AdapterError(message, { accepted, retryable: !NEVER.has(code), code: 'JOURNALD_TOO_LARGE', cause })
    }
  }

  /** Waits for room without holding up the thread. */
  async #untilSent(parcel: Parcel, accepted: number, signal: AbortSignal): Promise<void> {
    this.#hasLongQueue ||= this.#sentSinceWait >= LONG_QUEUE
    this.#sentSinceWait = 0
    const turnsUntil = this.#hasLongQueue ? 0 : this.#clock.monotonic() + TURNS_FOR_MS
    for (let pauses = 0; ; ) {
      if (this.#fullForMs() >= HUNG_AFTER_MS) throw this.#failure('EAGAIN', accepted)
      if (this.#clock.monotonic() < turnsUntil) await turnOfTheLoop()
      else await this.#pause(Math.min(2 ** (pauses++ >> 2), LONGEST_PAUSE_MS))
      this.#demandWanted(signal, accepted)
      const fault = this.#attempt(parcel, accepted, false)
      if (fault === undefined) return
      if (!isFull(fault)) throw this.#failure(fault, accepted)
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#clock.after(ms, resolve, { keepAlive: true }))
  }

  /** Counts from the first entry that found no room. */
  #fullForMs(): number {
    const now = this.#clock.monotonic()
    this.#fullSince ??= now
    return now - this.#fullSince
  }

  #succeeded(): void {
    this.#sentSinceWait++
    this.#fullSince = undefined
    this.#isPatienceSpent = false
    this.#condition.succeed()
  }

  #failure(fault: string, accepted: number): AdapterError {
    if (!isFull(fault)) {
      this.#fullSince = undefined
      const trouble = troubleOf(fault)
      return troubleError(trouble, this.#condition.fail(trouble, fault), accepted)
    }
    const fullForMs = Math.round(this.#fullForMs())
    if (fullForMs >= HUNG_AFTER_MS) return troubleError('hung', this.#condition.fail('hung', `${fullForMs} ms`), accepted)
    // the lane knows this code: it tries again soon, and takes it for no failure
    return new AdapterError('Journald has no room just now.', { accepted, code: 'EAGAIN' })
  }
}

/** An entry on its way. */
class Parcel {
  readonly entry: EntryBuffer = new EntryBuffer()
  /** Holds the entry when it is too large for a datagram. */
  file: number | undefined
}

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve))
}
