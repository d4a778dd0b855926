import { closeSync, constants, fstatSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '../diagnostics/hub.js'
import { randomBytes } from '../random-bytes.js'
import { renameSurely } from '../surely.js'
import { PRIVATE_FILE_MODE } from './private-directory.js'
import { formatProcessId, type ProcessId, parseProcessId } from './process-id.js'

/** What `run.json` says: enough to decide from outside whether one may join, and whether all of it is over. */
export interface RunFacts {
  /** Of the ring files. */
  readonly wireVersion: number
  readonly service: string
  /** The process that started the run. */
  readonly root: ProcessId
  /** The thread of it; 0 is the first. */
  readonly rootThread: number
  /** ISO 8601, for people. */
  readonly created: string
  /** The test runner that the root runs under; empty for none. */
  readonly testRunner: string
}

const FILE = 'run.json'
const FILE_MAX_BYTES = 1 << 20

/** Whether `run.json` is there and whole, in this version's words or in those of another. */
export function hasRunFacts(run: string): boolean {
  return readObject(join(run, FILE)) !== undefined
}

export function writeRunFacts(run: string, facts: RunFacts): void {
  writeWhole(join(run, FILE), { ...facts, root: formatProcessId(facts.root) })
}

/** `undefined` when there is no such file, or none that makes sense. */
export function readRunFacts(run: string): RunFacts | undefined {
  const { wireVersion, service, root, rootThread, created, testRunner } = readObject(join(run, FILE)) ?? {}
  const rootId = parseProcessId(root)
  if (typeof wireVersion !== 'number' || typeof service !== 'string' || rootId === undefined) return undefined
  const text = (value: unknown): string => (typeof value === 'string' ? value : '')
  return {
    wireVersion,
    service,
    root: rootId,
    rootThread: Number(rootThread ?? 0),
    created: text(created),
    testRunner: text(testRunner),
  }
}

/** Replaces a file in one step: a reader sees the old one or the new one. */
export function writeWhole(path: string, content: object): void {
  const temporary = `${path}.tmp-${randomBytes(6).toString('hex')}`
  writeFileSync(temporary, `${JSON.stringify(content)}\n`, { flag: 'wx', mode: PRIVATE_FILE_MODE })
  renameSurely(temporary, path)
}

/** A JSON object in a small file; follows no link, waits for no pipe, and is `undefined` for anything else. */
export function readObject(path: string): Readonly<Record<string, unknown>> | undefined {
  const text = readSmallFile(path)
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function readSmallFile(path: string): string | undefined {
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stats = fstatSync(fd)
      return stats.isFile() && stats.size <= FILE_MAX_BYTES ? readFileSync(fd, 'utf8') : undefined
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO'].includes(errorCode(error))) return undefined
    throw error
  }
}
