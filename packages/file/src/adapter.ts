import type { Adapter, AdapterHome, Health, LineBlock, LogRecord, NextRecords } from '@holdfast/api'
import { LEVELS } from '@holdfast/api'
import { AdapterError, type Clock, systemClock } from '@holdfast/core'
import { type Claim, claimFiles } from './claim-file.js'
import { LineBuffer, totalRender } from './encode.js'
import { errorCode, errorReason } from './error-code.js'
import { Issues } from './issues.js'
import type { TornLine } from './line-end.js'
import { recordsOf } from './lines.js'
import { LogFile } from './log-file.js'
import type { FileSettings } from './options.js'
import { placeAtEnd } from './seen-events.js'
import { isBeginningOf } from './tail.js'
import { textLine } from './text-line.js'
import { type FileTransport, nodeTransport } from './transport.js'

/** What an adapter works with; tests give their own. */
export interface FileParts {
  readonly transport?: FileTransport
  readonly clock?: Clock
  /** Where to keep what a writer that takes over has to know. */
  readonly home?: AdapterHome
  /** How paths are claimed. @default by locks beside the files, unless a transport is given */
  readonly claim?: Claim
}

/**
 * Appends lines to files. Whatever fails, each record is in the files once, whole and in order:
 * a failure tells how many records are in, and a line that is partly in is completed by the next attempt.
 */
export class FileAdapter implements Adapter {
  readonly name: string
  readonly reopensOnHangup: boolean
  readonly #settings: FileSettings
  readonly #clock: Clock
  readonly #claim: Claim | undefined
  readonly #transport: FileTransport
  readonly #issues = new Issues()
  readonly #file: LogFile
  readonly #block: LineBuffer
  /** There when the lines are the canonical ones. */
  declare readonly writeLinesSync?: (lines: LineBlock) => void
  /** There with a home. */
  declare readonly resume?: (left?: AdapterHome, next?: NextRecords) => ReadonlyMap<string, number>
  /** There with a home. */
  declare readonly mend?: (next: readonly LogRecord[]) => ReadonlyMap<string, number>
  #failure: string | undefined
  #cancelSync: (() => void) | undefined
  #closing: Promise<void> | undefined

  constructor(settings: FileSettings, { transport = nodeTransport, clock = systemClock, home, claim }: FileParts = {}) {
    this.name = settings.name
    this.reopensOnHangup = settings.reopenOnSighup
    this.#settings = settings
    this.#clock = clock
    this.#transport = transport
    this.#claim = claim ?? (transport === nodeTransport ? claimFiles(home) : undefined)
    this.#file = new LogFile({ settings, transport, clock, issues: this.#issues, home, claim: this.#claim })
    this.#block = new LineBuffer(this.#render())
    if (settings.format === 'json') this.writeLinesSync = (lines) => this.#writeLines(lines)
    if (home === undefined) return
    this.resume = (left, next) => (left === undefined ? this.#file.resume() : this.#resumeFrom(left, next))
    this.mend = (next) => this.#mend(next)
  }

  write(batch: readonly LogRecord[], signal: AbortSignal): void {
    signal.throwIfAborted()
    this.writeSync(batch)
  }

  writeSync(batch: readonly LogRecord[]): void {
    const last = batch[batch.length - 1]
    if (last === undefined) return
    this.#issues.clear('format')
    this.#prepare(last.time)
    this.#claimTail(batch)
    const { torn } = this.#file.lineEnd
    const start = torn === undefined ? 0 : this.#endTorn(batch, torn)
    const { completed } = this.#file.lineEnd
    if (completed === undefined) this.#append(batch, start)
    else this.#appendAround(batch, start, completed)
    this.#failure = undefined
    if (this.#settings.fsync !== 'never') this.#syncAfter(highestLevel(batch))
  }

  /** Forces what was written to the disk, unless `fsync` is `never`. */
  async flush(): Promise<void> {
    this.#saveDeleted()
    if (this.#settings.fsync === 'never') return
    try {
      await this.#file.syncLater()
      this.#issues.clear('fsync')
    } catch (error) {
      this.#issues.note('fsync', error)
      throw this.#error(error, 0)
    }
  }

  flushSync(): void {
    this.#saveDeleted()
    if (this.#settings.fsync === 'never') return
    try {
      this.#file.sync()
      this.#issues.clear('fsync')
    } catch (error) {
      this.#issues.note('fsync', error)
      throw this.#error(error, 0)
    }
  }

  #saveDeleted(): void {
    try {
      this.#file.saveDeleted()
    } catch (error) {
      this.#fail(error, 0)
    }
  }

  /** Opens the file anew, for a log rotation from outside. A file that was moved or deleted is noticed within a second anyway. */
  reopen(): void {
    try {
      this.#file.reopen()
    } catch (error) {
      this.#fail(error, 0)
    }
  }

  /** Leaves the file, and its path to whoever wants it. The next write comes back. */
  release(): void {
    this.#file.release()
  }

  /** Waits for a compression under way, at most 3 seconds. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  health(): Health {
    const reason = this.#failure ?? this.#issues.reason
    const state = this.#failure !== undefined ? 'down' : reason !== undefined ? 'degraded' : 'ok'
    const { target } = this.#settings
    const path = this.#file.path ?? (target.kind === 'path' ? target.path : target.dir)
    return {
      state,
      ...(reason === undefined ? undefined : { reason }),
      details: { path, bytes: this.#file.size, fsync: this.#settings.fsync },
    }
  }

  /** What an earlier run has written last, and the line that was torn; its file is open only meanwhile. */
  #resumeFrom(home: AdapterHome, next: NextRecords = () => []): ReadonlyMap<string, number> {
    // the path may be its path as well
    this.release()
    const parts = { transport: this.#transport, clock: this.#clock, home }
    const predecessor = new FileAdapter(this.#settings, this.#claim === undefined ? parts : { ...parts, claim: this.#claim })
    const seqs = predecessor.resume?.() ?? new Map<string, number>()
    const mended = predecessor.mend?.(next(seqs)) ?? seqs
    // the file is closed at once; what goes on for a while is a compression that it had left half-done
    predecessor.close().catch((error: unknown) => this.#issues.note('resume', error))
    return mended
  }

  // ---- writing

  #prepare(time: number): void {
    if (this.#closing !== undefined) throw new AdapterError('The file adapter is closed.', { code: 'CLOSED' })
    try {
      this.#file.prepare(time)
    } catch (error) {
      // it waits for a path, which is no failure
      if (error instanceof AdapterError) throw error
      this.#fail(error, 0)
    }
  }

  /** The straight way for bytes; what needs a look at single records goes the other one. */
  #writeLines(lines: LineBlock): void {
    this.#prepare(lines.lastTime)
    const file = this.#file
    if (!file.lineEnd.isWhole || lines.end - lines.start > file.room) {
      this.writeSync(recordsOf(lines))
      return
    }
    const shortfall = file.append(lines.bytes, lines.end, lines.start)
    if (shortfall !== undefined) {
      this.#block.load(lines)
      this.#stopAt(shortfall.written - lines.start, shortfall.cause, recordsOf(lines), 0, lines.count)
    }
    this.#failure = undefined
    if (this.#settings.fsync !== 'never') this.#syncAfter(lines.highestLevel)
  }

  #append(batch: readonly LogRecord[], start: number): void {
    const file = this.#file
    const block = this.#block
    let index = start
    while (index < batch.length) {
      let next = block.fill(batch, index, file.room, file.size === 0)
      if (next === index) next = block.fill(batch, index, file.rotate() ? file.room : Number.POSITIVE_INFINITY, true)
      this.#announce(batch, index, next)
      const shortfall = file.append(block.bytes, block.length)
      file.confirm(shortfall === undefined ? next - index : block.linesWithin(shortfall.written, next - index))
      if (shortfall !== undefined) this.#stopAt(shortfall.written, shortfall.cause, batch, index, next)
      index = next
    }
  }

  #announce(batch: readonly LogRecord[], start: number, next: number): void {
    try {
      this.#file.announce(batch, start, next, this.#block)
    } catch (error) {
      this.#fail(error, start)
    }
  }

  /** Notes a line that is partly in, and throws with the number of those that are wholly in. */
  #stopAt(written: number, cause: unknown, batch: readonly LogRecord[], start: number, next: number): never {
    const block = this.#block
    const lines = block.linesWithin(written, next - start)
    const lineStart = lines === 0 ? 0 : (block.ends[lines - 1] as number)
    const record = batch[start + lines]
    if (written > lineStart && record !== undefined) {
      const line = Buffer.from(block.bytes.subarray(lineStart, block.ends[lines]))
      this.#file.lineEnd.torn = { json: record.json, line, start: this.#file.size - (written - lineStart), mayCut: true }
    }
    if (this.#settings.fsync !== 'never') this.#syncAfter(highestLevel(batch.slice(0, start + lines)))
    this.#fail(cause, start + lines)
  }

  /** Completes the line that a killed writer has torn, if it is the beginning of one of these. */
  #mend(next: readonly LogRecord[]): ReadonlyMap<string, number> {
    this.#issues.attempt('resume', () => {
      this.#file.claimTail(this.#ownerOfTail(next))
      this.#file.completeTorn()
    })
    return this.#file.highest
  }

  #claimTail(batch: readonly LogRecord[]): void {
    if (this.#file.lineEnd.tail === undefined) return
    try {
      this.#file.claimTail(this.#ownerOfTail(batch))
    } catch (error) {
      this.#fail(error, 0)
    }
  }

  #ownerOfTail(records: readonly LogRecord[]): Pick<TornLine, 'json' | 'line'> | undefined {
    const { tail } = this.#file.lineEnd
    if (tail === undefined) return undefined
    for (const record of records) {
      const line = this.#block.line(record)
      if (isBeginningOf(tail, line, placeAtEnd(record.json))) return { json: record.json, line }
    }
    return undefined
  }

  /** Ends the line that the last attempt left torn. Returns the index of the first record to write. */
  #endTorn(batch: readonly LogRecord[], torn: TornLine): number {
    const isNext = batch[0]?.json === torn.json
    try {
      // otherwise other records come first, or this one was given up
      if (isNext) this.#file.completeTorn()
      else this.#file.endTorn()
    } catch (error) {
      this.#fail(error, 0)
    }
    return isNext ? 1 : 0
  }

  /** Writes a batch without the one record that is in the file already. */
  #appendAround(batch: readonly LogRecord[], start: number, json: string): void {
    const skip = batch.findIndex((record) => record.json === json)
    this.#append(skip === -1 ? batch : batch.slice(0, skip), start)
    if (skip === -1 && isToCome(json, batch)) return
    this.#file.lineEnd.completed = undefined
    if (skip !== -1) this.#append(batch, skip + 1)
  }

  #fail(cause: unknown, accepted: number): never {
    this.#file.attendNext()
    const error = this.#error(cause, accepted)
    this.#failure = error.message
    throw error
  }

  #error(cause: unknown, accepted: number): AdapterError {
    const reason = errorReason(cause)
    const path = this.#file.path
    const where = path === undefined || reason.includes(path) ? '' : `${path}: `
    return new AdapterError(`Cannot write to the log file: ${where}${reason}`, {
      accepted,
      code: errorCode(cause) || 'FILE_FAILED',
      cause,
    })
  }

  // ---- durability

  /** A failed sync leaves the lines in the file, so writing them again would double them: it is told by `health`. */
  #syncAfter(highest: number): void {
    switch (this.#settings.fsync) {
      case 'never':
        return
      case 'interval':
        this.#cancelSync ??= this.#clock.after(this.#settings.fsyncIntervalMs, () => {
          this.#cancelSync = undefined
          void this.#issues.attemptLater('fsync', () => this.#file.syncLater())
        })
        return
      case 'error':
        if (highest >= LEVELS.error) this.#issues.attempt('fsync', () => this.#file.sync())
        return
      case 'always':
        this.#issues.attempt('fsync', () => this.#file.sync())
    }
  }

  async #close(): Promise<void> {
    this.#cancelSync?.()
    this.#file.close()
    await this.#file.housekeeper.stop()
  }

  #render(): ((record: LogRecord) => string) | undefined {
    const { format } = this.#settings
    const failed = (error: unknown): void => this.#issues.note('format', error)
    if (format === 'json') return undefined
    if (format === 'text') return totalRender(textLine(), failed)
    return totalRender((record) => format(record.event), failed)
  }
}

/** Whether a record may come behind this batch: none of its origin has come that stands behind it. */
function isToCome(json: string, batch: readonly LogRecord[]): boolean {
  const place = placeAtEnd(json)
  if (place === undefined) return false
  return !batch.some((record) => {
    const other = placeAtEnd(record.json)
    return other?.origin === place.origin && other.seq >= place.seq
  })
}

function highestLevel(batch: readonly LogRecord[]): number {
  return batch.reduce((highest, { level }) => Math.max(highest, level), 0)
}
