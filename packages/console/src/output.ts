import type { LogRecord } from '@holdfast/api'
import { systemClock } from '@holdfast/core'
import { createEncoder, type Encode } from './encode.js'
import type { ConsoleSettings } from './options.js'
import { codeOf, type Descriptor, isGone, type Sink, type TextStream, toAdapterError } from './transport.js'

/** How long an asynchronous write waits before it asks a full pipe again. */
const BUSY_PAUSE_MS = 5

/**
 * One sink with its encoder, and the memory that keeps a batch that is offered again from being written twice.
 * That memory holds at most one batch; its keys are canonical lines, which no two events share.
 */
export class Output {
  readonly sink: Sink
  readonly #encode: Encode
  /** Lines that are out, of a batch that as a whole failed. */
  readonly #done = new Set<string>()
  /** What is missing of a line that went out in part. It goes out before anything else, or two lines would run together. */
  #half: { readonly json: string; bytes: Uint8Array } | undefined
  /** Lines that a stream has taken but not confirmed: they will arrive, and cannot be taken back. */
  #flight: { readonly lines: ReadonlySet<string>; readonly settled: Promise<void> } | undefined
  #failure: unknown
  #formatFailure: unknown
  #missed = 0

  constructor(sink: Sink, settings: ConsoleSettings) {
    this.sink = sink
    this.#encode = createEncoder(settings, { isTTY: sink.isTTY, env: process.env }, (error) => {
      this.#formatFailure = error
    })
  }

  get isGone(): boolean {
    return isGone(this.#failure)
  }

  /** What is wrong, for people. */
  get trouble(): string | undefined {
    if (this.#failure !== undefined) return toAdapterError(this.#failure, this.sink.label, 0).message
    if (this.#formatFailure === undefined) return undefined
    return 'Expected `console.format` to show every event, got an error; the canonical line was written instead.'
  }

  /** Facts for `health`; `…_missed` counts the lines that a closed output did not get while the other one did. */
  get details(): Readonly<Record<string, string | number | boolean>> {
    const { label, isTTY } = this.sink
    return { [`${label}_terminal`]: isTTY, ...(this.#missed === 0 ? undefined : { [`${label}_missed`]: this.#missed }) }
  }

  writeSync(batch: readonly LogRecord[]): void {
    const stream = this.#streamOf(this.sink)
    if (stream === undefined) this.#writeBytes(this.sink as Descriptor, batch)
    else {
      const text = this.#textOf(this.#missing(batch))
      if (text !== '') stream.writeSync(text)
    }
  }

  async write(batch: readonly LogRecord[], signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        const stream = this.#streamOf(this.sink)
        if (stream !== undefined) return await this.#writeStream(stream, batch, signal)
        return this.#writeBytes(this.sink as Descriptor, batch)
      } catch (error) {
        if (codeOf(error) !== 'EAGAIN') throw error
      }
      await pause(BUSY_PAUSE_MS)
      signal.throwIfAborted()
    }
  }

  succeeded(): void {
    this.#failure = undefined
    if (this.#done.size > 0) this.#done.clear()
  }

  failed(error: unknown): void {
    this.#failure = error
    if (isGone(error)) this.#half = undefined
  }

  /** Gives up what is not out of a batch that another output has. */
  miss(batch: readonly LogRecord[]): void {
    this.#missed += this.#missing(batch).length
  }

  /** Notes that a batch is out here, because another output still lacks it. */
  remember(batch: readonly LogRecord[]): void {
    this.#failure = undefined
    for (const { json } of batch) this.#done.add(json)
  }

  /** Forgets records that will not be offered again. */
  forget(accepted: readonly LogRecord[]): void {
    for (const { json } of accepted) this.#done.delete(json)
  }

  /** How many records at the start of a batch are out. */
  leading(batch: readonly LogRecord[]): number {
    const missing = batch.findIndex(({ json }) => !this.#done.has(json))
    return missing === -1 ? batch.length : missing
  }

  /** The stream object that takes the lines, if one does. A line that is out in part is completed where it began. */
  #streamOf(sink: Sink): TextStream | undefined {
    if (sink.kind === 'stream') return sink
    const stream = sink.redirected?.()
    if (stream !== undefined && this.#half !== undefined) this.#finishHalf(sink)
    return stream
  }

  #writeBytes(sink: Descriptor, batch: readonly LogRecord[]): void {
    this.#finishHalf(sink)
    const records = this.#missing(batch)
    const lines = records.map(this.#encode)
    const bytes = Buffer.from(lines.join(''))
    let offset = 0
    try {
      while (offset < bytes.length) offset += takeSome(sink, bytes.subarray(offset))
    } catch (error) {
      this.#note(records, lines, bytes, offset)
      throw error
    }
  }

  #finishHalf(sink: Descriptor): void {
    const half = this.#half
    if (half === undefined) return
    while (half.bytes.length > 0) half.bytes = half.bytes.subarray(takeSome(sink, half.bytes))
    this.#half = undefined
    this.#done.add(half.json)
  }

  /** Notes how far a failed write came: lines that are out, and the rest of the one that is out in part. */
  #note(records: readonly LogRecord[], lines: readonly string[], bytes: Uint8Array, offset: number): void {
    let end = 0
    for (const [index, { json }] of records.entries()) {
      const start = end
      end += Buffer.byteLength(lines[index] ?? '')
      if (end <= offset) this.#done.add(json)
      else if (start < offset) this.#half = { json, bytes: bytes.slice(offset, end) }
    }
  }

  async #writeStream(sink: TextStream, batch: readonly LogRecord[], signal: AbortSignal): Promise<void> {
    await this.#landed(signal)
    signal.throwIfAborted()
    const records = this.#missing(batch)
    if (records.length === 0) return
    const settled = sink.write(this.#textOf(records))
    // it may fail after its time was up, when nobody listens: the next write throws it then
    settled.catch(() => undefined)
    this.#flight = { lines: new Set(records.map(({ json }) => json)), settled }
    await this.#landed(signal)
  }

  /** Waits for what the stream has taken to be confirmed. What failed is forgotten, so that it is offered again. */
  async #landed(signal: AbortSignal): Promise<void> {
    const flight = this.#flight
    if (flight === undefined) return
    try {
      await untilAborted(flight.settled, signal)
      for (const line of flight.lines) this.#done.add(line)
    } catch (error) {
      if (signal.aborted) throw error
      this.#flight = undefined
      throw error
    }
    this.#flight = undefined
  }

  #textOf(records: readonly LogRecord[]): string {
    return records.map(this.#encode).join('')
  }

  #missing(batch: readonly LogRecord[]): readonly LogRecord[] {
    const flying = this.#flight?.lines
    if (this.#done.size === 0 && flying === undefined) return batch
    return batch.filter(({ json }) => !this.#done.has(json) && flying?.has(json) !== true)
  }
}

/** A descriptor that takes nothing and says nothing must not make a loop. */
function takeSome(sink: Descriptor, bytes: Uint8Array): number {
  const count = sink.take(bytes)
  if (count > 0) return count
  throw Object.assign(new Error('The descriptor took no bytes.'), { code: 'EAGAIN' })
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    systemClock.after(ms, resolve, { keepAlive: true })
  })
}

function untilAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    const settle = (finish: () => void): void => {
      signal.removeEventListener('abort', abort)
      finish()
    }
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(
      () => settle(resolve),
      (error: unknown) => settle(() => reject(error)),
    )
  })
}
