import { closeSync, constants, fstatSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock } from '../clock.js'
import { describeError } from '../diagnostics/hub.js'
import { PRIVATE_FILE_MODE } from '../tree/private-directory.js'
import { safeName } from '../tree/run-paths.js'
import type { Aside, Letter } from './aside.js'
import { passes } from './passes.js'

/** Of what may lie on disk for lanes that lag, so much may be records that were put aside. */
const SHARE_OF_SPILL = 1 / 8
/** So much of a file is looked through for a record that it has already: a writer that was killed may have put it there. */
const LOOK_BACK_BYTES = 1 << 20
const LINE_FEED = 10
/** A name that is a link leads elsewhere; systems without the flag have no such links for ordinary users. */
const OPEN_FLAGS: number = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0)

export interface AsideFilesOptions {
  /** The folder, made when it is missing; `undefined` where there can be none. Throws when it cannot be made just now. */
  readonly folder: () => string | undefined
  /** It has to be there: what cannot be kept there now is tried again, whatever the reason. Otherwise this holds only for what passes. */
  readonly isNeeded: boolean
  /** The folder as far as it is known before, to count what earlier runs have put there. */
  readonly existing?: string
  /** What may lie on disk in all: a share of it is for these files. */
  readonly spillBytes: number
  readonly clock?: Clock
}

/**
 * Records that were put aside, as files of lines: `<lane>.jsonl` (0600), which outlive the run. Lines are only ever appended, and nothing is
 * removed: when their share is used up, further records are counted and told, and are not kept.
 *
 * ```
 *  {"at":"…","adapter":"graylog","origin":"…","seq":812,"event_id":"…","error":"…","code":"…","line":"{\"v\":1,…"}
 * ```
 */
export class AsideFiles implements Aside {
  readonly #folder: () => string | undefined
  readonly #isNeeded: boolean
  readonly #maxBytes: number
  readonly #clock: Clock
  bytes: number

  constructor({ folder, isNeeded, existing, spillBytes, clock = systemClock }: AsideFilesOptions) {
    this.#folder = folder
    this.#isNeeded = isNeeded
    this.bytes = existing === undefined ? 0 : bytesBelow(existing)
    this.#maxBytes = Math.floor(spillBytes * SHARE_OF_SPILL)
    this.#clock = clock
  }

  put(letter: Letter): string | undefined {
    const folder = this.#folder()
    if (folder === undefined) return undefined
    const path = join(folder, `${safeName(letter.adapter)}.jsonl`)
    try {
      this.bytes = bytesBelow(folder)
      return this.#append(path, letter)
    } catch (error) {
      if (!this.#isNeeded && !passes(error)) return undefined
      const cure = 'make room, or see who owns the file; the lane waits until then'
      throw new Error(`Expected to put a record aside in ${path}, got ${describeError(error)}: ${cure}.`, { cause: error })
    }
  }

  #append(path: string, letter: Letter): string | undefined {
    const file = openSync(path, OPEN_FLAGS, PRIVATE_FILE_MODE)
    try {
      const stats = fstatSync(file)
      if (!stats.isFile()) throw new Error('something that is no file')
      const end = readEnd(file, stats.size)
      if (hasWhole(end, letter.event_id)) return path
      const isTorn = end.length > 0 && end.at(-1) !== LINE_FEED
      const line = Buffer.from(`${isTorn ? '\n' : ''}${JSON.stringify({ at: this.#now(), ...letter })}\n`)
      if (this.bytes + line.length > this.#maxBytes) return undefined
      for (let written = 0; written < line.length; ) written += writeSync(file, line, written)
      this.bytes += line.length
      return path
    } finally {
      closeSync(file)
    }
  }

  #now(): string {
    return new Date(this.#clock.now()).toISOString()
  }
}

function readEnd(file: number, size: number): Buffer {
  const start = Math.max(0, size - LOOK_BACK_BYTES)
  const end = Buffer.alloc(size - start)
  return end.subarray(0, readSync(file, end, 0, end.length, start))
}

/** A kill may have left half of a line. */
function hasWhole(end: Buffer, eventId: string): boolean {
  // within the line that is kept, quotes are escaped: this is found in heads alone
  const at = end.indexOf(`"event_id":"${eventId}"`)
  return at >= 0 && end.indexOf(LINE_FEED, at) >= 0
}

function bytesBelow(folder: string): number {
  let bytes = 0
  for (const name of list(folder)) bytes += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0
  return bytes
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    // nothing was ever put aside here, or it cannot be looked at: then nothing can be put there either, which is told
    return []
  }
}
