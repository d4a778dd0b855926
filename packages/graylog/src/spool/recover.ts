import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf } from '../failure.js'
import { SEGMENT_HEAD, scanSegment } from './segment.js'

/** One file of a spool; `bytes` counts what is whole. */
export interface Segment {
  readonly id: number
  bytes: number
}

/** Where reading goes on: survives the process. */
export interface Position {
  readonly segment: number
  readonly offset: number
}

/** What an earlier process left. */
export interface Recovered {
  readonly segments: readonly Segment[]
  readonly position: Position
  /** Messages that wait. */
  readonly messages: number
  /** Files that end in the middle of a message, other than the last one, where a killed process was writing. */
  readonly damaged: number
}

const SEGMENT_NAME = /^(\d{12})\.spool$/
const BEGINNING: Position = { segment: 1, offset: SEGMENT_HEAD.length }

/** Where the file with this number stands. */
export function segmentPath(dir: string, id: number): string {
  return join(dir, `${String(id).padStart(12, '0')}.spool`)
}

/** Writes the position so that it is whole at every moment. */
export async function storePosition(dir: string, position: Position): Promise<void> {
  const path = positionPath(dir)
  await writeFile(`${path}.tmp`, JSON.stringify(position), { mode: 0o600 })
  await rename(`${path}.tmp`, path)
}

/** Reads a directory: removes what is delivered, counts what waits. */
export async function recoverSpool(dir: string): Promise<Recovered> {
  const ids = (await readdir(dir)).flatMap((name) => SEGMENT_NAME.exec(name)?.[1] ?? []).map(Number)
  const stored = await readPosition(dir)
  for (const id of ids.filter((other) => other < stored.segment)) await rm(segmentPath(dir, id), { force: true })
  const waiting = ids.filter((id) => id >= stored.segment).sort((a, b) => a - b)
  const [first = stored.segment] = waiting
  const position = first === stored.segment ? stored : { segment: first, offset: SEGMENT_HEAD.length }
  const segments: Segment[] = []
  let messages = 0
  let damaged = 0
  for (const id of waiting) {
    const path = segmentPath(dir, id)
    const bytes = await readWhole(path)
    const found = scanSegment(bytes, id === position.segment ? position.offset : 0)
    // a torn end stays where it is: nothing is read from there, and nothing is written behind it
    if (found.end < bytes.length && id !== waiting.at(-1)) damaged++
    messages += found.messages
    segments.push({ id, bytes: found.end })
  }
  return { segments, position, messages, damaged }
}

/** Rejects when the system gives less than there is: what looks torn would be given up. */
export async function readWhole(path: string, bytesMin = 0): Promise<Buffer> {
  const { size } = await stat(path)
  const bytes = await readFile(path)
  if (bytes.length >= Math.max(size, bytesMin)) return bytes
  throw Object.assign(new Error(`Expected ${Math.max(size, bytesMin)} bytes in ${path}, got ${bytes.length}.`), { code: 'EIO' })
}

/** Without one everything is sent, again if need be. */
async function readPosition(dir: string): Promise<Position> {
  try {
    const value: unknown = JSON.parse(await readFile(positionPath(dir), 'utf8'))
    return isPosition(value) ? value : BEGINNING
  } catch (error) {
    if (error instanceof SyntaxError || codeOf(error) === 'ENOENT') return BEGINNING
    throw error
  }
}

function positionPath(dir: string): string {
  return join(dir, 'position')
}

function isPosition(value: unknown): value is Position {
  return (
    typeof value === 'object' &&
    value !== null &&
    'segment' in value &&
    Number.isSafeInteger(value.segment) &&
    'offset' in value &&
    Number.isSafeInteger(value.offset)
  )
}
