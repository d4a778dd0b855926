import { closeSync, constants, fstatSync, lstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { errorCode } from '../diagnostics/hub.js'
import { formatProcessId, type ProcessId, parseProcessId } from '../tree/process-id.js'

/** What whoever claims a path says of itself. */
export interface ClaimNote {
  /** What people know it by: a service, or a program. */
  readonly owner: string
  /** The run whose writer it is; '' for an application that writes for itself. */
  readonly run?: string | undefined
  /** The path in whose place this one is written, as long as that one is somebody else's. */
  readonly insteadOf?: string | undefined
}

/** Who holds a path, as the lock beside it says. */
export interface ClaimHolder extends ClaimNote {
  readonly process: ProcessId
  /** The descriptor under which its process has the lock open: a thread that ended has not closed its process, but its descriptors. */
  readonly fd: number
  /** Unlike that of any other lock. */
  readonly token: string
  /** ISO 8601, for people. */
  readonly since: string
}

/** A lock as it lies on the disk. */
export interface FoundLock {
  readonly path: string
  /** Device and inode together. */
  readonly identity: string
  /** Tells it from every other lock, also when nothing in it can be read. */
  readonly token: string
  /** `undefined`: empty, torn, not ours to read, or no file at all. */
  readonly holder: ClaimHolder | undefined
  /** Given back by somebody who could not remove it. */
  readonly isReleased: boolean
  readonly isFile: boolean
  /** Milliseconds since 1970. */
  readonly changedMs: number
}

const MAX_BYTES = 16 * 1024

/** The lock of a path: `logs/.app.log.writer` for `logs/app.log`. */
export function lockPathOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.writer`)
}

export function identityOf({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): string {
  return `${dev}:${ino}`
}

export function formatHolder({ process, ...rest }: ClaimHolder): string {
  return `${JSON.stringify({ v: 1, process: formatProcessId(process), ...rest })}\n`
}

/** What says that a lock is nobody's, in the place of what it said before. */
export const RELEASED = '{"v":1,"released":true}\n'

/**
 * Reads a lock; `undefined` when there is none. Follows no link and waits for no pipe: what stands there and is no file is a lock that
 * cannot be understood.
 *
 * @throws when it is there and cannot be looked at just now, as without descriptors
 */
export function readLock(path: string): FoundLock | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return undefined
  if (!stats.isFile()) return foundLock(path, stats, '')
  try {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const opened = fstatSync(fd)
      return foundLock(path, opened, opened.size > MAX_BYTES ? '' : readFileSync(fd, 'utf8'))
    } finally {
      closeSync(fd)
    }
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT') return undefined
    if (code === 'EACCES' || code === 'EPERM' || code === 'ELOOP') return foundLock(path, stats, '')
    throw error
  }
}

function foundLock(path: string, stats: Stats, text: string): FoundLock {
  const value = parse(text)
  const holder = holderOf(value)
  return {
    path,
    identity: identityOf(stats),
    token: holder?.token ?? `${stats.ino.toString(36)}${Math.round(stats.mtimeMs).toString(36)}`,
    holder,
    isReleased: value['released'] === true,
    isFile: stats.isFile(),
    changedMs: stats.mtimeMs,
  }
}

function holderOf(value: Readonly<Record<string, unknown>>): ClaimHolder | undefined {
  const id = parseProcessId(value['process'])
  const { fd, token } = value
  if (id === undefined || !Number.isSafeInteger(fd) || typeof token !== 'string' || !/^\w{1,64}$/.test(token)) return undefined
  return {
    process: id,
    fd: Number(fd),
    token,
    owner: textOf(value['owner']),
    run: textOf(value['run']),
    insteadOf: typeof value['insteadOf'] === 'string' ? value['insteadOf'] : undefined,
    since: textOf(value['since']),
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    // what a power loss or anybody has left: it says nothing
    return {}
  }
}
