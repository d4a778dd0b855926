import { setImmediate } from 'node:timers/promises'
import type { LogRecord } from '@holdfast/api'
import { checkOptions } from './check-options.js'
import { DumpError } from './dump-error.js'
import type { DumpFile, DumpOptions, DumpResult, DumpText } from './options.js'
import { render } from './render/render.js'
import type { Tally } from './render/tally.js'
import { selectRows } from './select/select-rows.js'
import { TemporaryFile } from './write/temporary-file.js'

const DEFAULT_MODE = 0o600

/**
 * The chunks of a dump. The records are read before this returns, the chunks are made one by one while they are asked for: for streams, and
 * for dumps that do not fit into one string. `path` and `mode` are not used.
 *
 * @throws {ConfigError} for options that cannot be understood
 * @throws {DumpError} when patterns take too long
 */
export function formatDump(records: Iterable<LogRecord>, options: DumpOptions = {}): Generator<string, void, void> {
  checkOptions(options)
  return render(selectRows(records, options), options, { count: 0, unreadable: 0 })
}

/**
 * Dumps records: to the file `path`, or as text. The records are read before this returns its promise, so that the dump is a snapshot of this
 * moment; the rest is done in steps of a few milliseconds, so that the application goes on.
 *
 * @throws {ConfigError} for options that cannot be understood
 * @throws {DumpError} when patterns take too long, the file cannot be written, or the text is too long for a string
 */
export function dumpRecords(records: Iterable<LogRecord>, options: DumpOptions & { readonly path: string }): Promise<DumpFile>
export function dumpRecords(
  records: Iterable<LogRecord>,
  options?: DumpOptions & { readonly path?: undefined },
): Promise<DumpText>
export function dumpRecords(records: Iterable<LogRecord>, options?: DumpOptions): Promise<DumpResult>
export async function dumpRecords(records: Iterable<LogRecord>, options: DumpOptions = {}): Promise<DumpResult> {
  const dump = new Dump(records, options)
  try {
    while (dump.step()) await setImmediate()
    await dump.file?.syncLater()
    return dump.finish()
  } catch (error) {
    dump.abandon()
    throw error
  }
}

/**
 * The same before it returns, for a process that is about to end: no promise, no timer, no thread.
 *
 * @throws {ConfigError} for options that cannot be understood
 * @throws {DumpError} when patterns take too long, the file cannot be written, or the text is too long for a string
 */
export function dumpRecordsSync(records: Iterable<LogRecord>, options: DumpOptions & { readonly path: string }): DumpFile
export function dumpRecordsSync(records: Iterable<LogRecord>, options?: DumpOptions & { readonly path?: undefined }): DumpText
export function dumpRecordsSync(records: Iterable<LogRecord>, options?: DumpOptions): DumpResult
export function dumpRecordsSync(records: Iterable<LogRecord>, options: DumpOptions = {}): DumpResult {
  const dump = new Dump(records, options)
  try {
    while (dump.step());
    return dump.finish()
  } catch (error) {
    dump.abandon()
    throw error
  }
}

/** A dump under way: chunk by chunk into a file, or into a list of chunks. */
class Dump {
  readonly file: TemporaryFile | undefined
  readonly #tally: Tally = { count: 0, unreadable: 0 }
  readonly #leftOut: number
  readonly #chunks: Generator<string, void, void>
  readonly #format: DumpResult['format']
  readonly #texts: string[] = []
  #bytes = 0

  constructor(records: Iterable<LogRecord>, options: DumpOptions) {
    checkOptions(options)
    const selection = selectRows(records, options)
    this.#leftOut = selection.leftOut
    this.#chunks = render(selection, options, this.#tally)
    this.#format = options.format ?? 'text'
    this.file = options.path === undefined ? undefined : new TemporaryFile(options.path, options.mode ?? DEFAULT_MODE)
  }

  /** Makes and stores one chunk; false when there are no more. */
  step(): boolean {
    const { done, value } = this.#chunks.next()
    if (done === true) return false
    if (this.file === undefined) {
      this.#bytes += Buffer.byteLength(value)
      this.#texts.push(value)
    } else {
      const bytes = Buffer.from(value)
      this.#bytes += bytes.length
      this.file.write(bytes)
    }
    return true
  }

  finish(): DumpResult {
    if (this.file === undefined) return { ...this.#summary(), text: this.#text() }
    this.file.commit()
    return { ...this.#summary(), path: this.file.path }
  }

  abandon(): void {
    this.file?.abandon()
  }

  #summary(): Omit<DumpFile, 'path'> {
    const { count, unreadable } = this.#tally
    return { format: this.#format, count, unreadable, leftOut: this.#leftOut, bytes: this.#bytes }
  }

  #text(): string {
    try {
      return this.#texts.join('')
    } catch (error) {
      const message = `Expected a dump that fits into one string, got ${this.#bytes} bytes. Give a \`path\`, use \`formatDump\`, or set \`limit\`.`
      throw new DumpError('HOLDFAST_DUMP_SIZE', message, error)
    }
  }
}
