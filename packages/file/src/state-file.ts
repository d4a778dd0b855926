import { dirname } from 'node:path'
import { errorCode, isMissing } from './error-code.js'
import { type KnownFile, parseKnown } from './known-file.js'
import { renameSurely } from './surely.js'
import type { FileTransport } from './transport.js'

/** Which file the lines go to, kept for the writer that takes over; up to `from` its lines are accounted for in `seen`. */
export interface WriterState extends KnownFile {
  readonly path: string
  /** Name that a rotation under way gives to the file. */
  readonly finished?: string
  /** Path of the file that was written before this one. */
  readonly left?: string
  /** The highest `seq` of each origin in the lines before `from` and in earlier files, as far as anyone may ask. */
  readonly seen: readonly (readonly [origin: string, seq: number])[]
}

const VERSION = 1
const MODE = 0o600
/** A state holds the origins of a few batches; a file beyond this is none. */
const MAX_BYTES = 16 * 1024 * 1024

/** Reads a state; `undefined` when there is none. Throws when it cannot be read or understood. */
export function readState(transport: FileTransport, path: string): WriterState | undefined {
  const status = transport.status(path)
  if (status === undefined) return undefined
  if (status.kind !== 'file' || status.size > MAX_BYTES) throw damaged(path)
  const state = parseState(readAll(transport, path, status.size))
  if (state === undefined) throw damaged(path)
  return state
}

/** Puts a state in the place of the one that is there, in one step: after a kill there is the old one or the new one. */
export function writeState(transport: FileTransport, path: string, state: WriterState, isDurable: boolean): void {
  const temporary = `${path}.tmp`
  const fd = makeAnew(transport, temporary)
  try {
    transport.writeAt(fd, Buffer.from(JSON.stringify({ v: VERSION, ...state })), 0)
    if (isDurable) transport.sync(fd)
  } finally {
    transport.close(fd)
  }
  renameSurely(transport, temporary, path)
  if (isDurable) transport.syncDirectory(dirname(path))
}

/** What a predecessor left half-made, one that was killed here, is nobody's: the folder has one owner. */
function makeAnew(transport: FileTransport, path: string): number {
  try {
    return transport.open(path, 'create', MODE)
  } catch (error) {
    if (isMissing(error)) transport.makeDirectory(dirname(path), 0o700)
    else if (errorCode(error) === 'EEXIST') transport.remove(path)
    else throw error
    return transport.open(path, 'create', MODE)
  }
}

function readAll(transport: FileTransport, path: string, size: number): string {
  const fd = transport.open(path, 'update', MODE)
  try {
    const bytes = Buffer.alloc(size)
    return bytes.toString('utf8', 0, transport.read(fd, bytes, size, 0))
  } finally {
    transport.close(fd)
  }
}

function damaged(path: string): Error {
  return new Error(
    `Expected \`${path}\` to hold the state of a writer, got something else. Lines of the last batch may come twice.`,
  )
}

function parseState(text: string): WriterState | undefined {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || !('v' in value) || value.v !== VERSION) return undefined
  const { path, finished, left, seen } = value as Partial<Readonly<Record<keyof WriterState, unknown>>>
  const known = parseKnown(value)
  if (!isName(path) || known === undefined) return undefined
  if ((finished !== undefined && !isName(finished)) || (left !== undefined && !isName(left))) return undefined
  if (!Array.isArray(seen) || !seen.every(isSeen)) return undefined
  return { path, ...known, ...(finished && { finished }), ...(left && { left }), seen }
}

/** Parses what a crash of the machine or anybody may have damaged. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

export function isSeen(value: unknown): value is readonly [string, number] {
  return Array.isArray(value) && value.length === 2 && isName(value[0]) && isCount(value[1])
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

export function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && !value.includes('\0')
}
