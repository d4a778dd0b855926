import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '../diagnostics/hub.js'
import { randomBytes } from '../random-bytes.js'
import { linkSurely, removeIfPossible, renameSurely } from '../surely.js'
import { PRIVATE_FILE_MODE } from './private-directory.js'
import { formatProcessId, ownProcessId, type ProcessId, parseProcessId } from './process-id.js'
import { isGone } from './process-state.js'
import { readObject } from './run-facts.js'

/** `writer`: a process of its own, which may be killed. `application`: a process that logs and writes for itself. */
export type WriterRole = 'writer' | 'application'

export interface WriterHolder {
  /** Grows by one with each holder. */
  readonly epoch: number
  readonly role: WriterRole
  /** `undefined` when the holder gave the lock back, and when a power loss left nothing readable. */
  readonly process: ProcessId | undefined
}

const EPOCH_FILE = /^writer\.(\d{1,15})$/
const TEMPORARY_PREFIX = '.writer-'

/** Who writes for a run, living or not: the one with the highest epoch. */
export function currentWriter(run: string): WriterHolder | undefined {
  const epoch = highestEpoch(run)
  if (epoch === 0) return undefined
  const content = readObject(epochFile(run, epoch))
  // the next holder removed it between the two looks
  if (content === undefined && highestEpoch(run) > epoch) return currentWriter(run)
  const role = content?.['role'] === 'application' ? 'application' : 'writer'
  return { epoch, role, process: parseProcessId(content?.['process']) }
}

/**
 * Makes this process the writer of a run; `undefined` when another one is, or was quicker.
 *
 * ```
 *  writer.3   its process is gone          link(2) makes writer.4 with its content, or fails because somebody else did
 *  writer.4 ◄ the highest counts           its holder removes the lower ones; the highest is never removed
 * ```
 *
 * That the highest stays is what makes a slow candidate fail: it links an epoch that was given away and removed meanwhile, and sees a higher one.
 *
 * @param afterEpoch that of the holder who is known to be gone; 0 for the first
 * @param isKnownToBeGone whoever claimed the run has made sure of it: the holder may be of a PID namespace that is no more
 * @throws the error of the system call, on a full disk or a file system without links
 */
export function acquireWriter(
  run: string,
  afterEpoch: number,
  role: WriterRole = 'writer',
  isKnownToBeGone = false,
): { readonly epoch: number } | undefined {
  const current = currentWriter(run)
  if ((current?.epoch ?? 0) !== afterEpoch) return undefined
  if (!isKnownToBeGone && current?.process !== undefined && !isGone(current.process)) return undefined
  const epoch = afterEpoch + 1
  if (!linkEpoch(run, epoch, role)) return undefined
  if (!isHighest(run, epoch)) {
    removeIfPossible(epochFile(run, epoch))
    return undefined
  }
  removeBelow(run, epoch)
  return { epoch }
}

/** Gives the lock back while this process lives on, so that another one can take the next epoch. */
export function releaseWriter(run: string, epoch: number): void {
  const temporary = temporaryFile(run)
  writeFileSync(temporary, JSON.stringify({ epoch, released: formatProcessId(ownProcessId()) }), {
    flag: 'wx',
    mode: PRIVATE_FILE_MODE,
  })
  renameSurely(temporary, epochFile(run, epoch))
}

/** False when the epoch was taken, or the run went away. */
function linkEpoch(run: string, epoch: number, role: WriterRole): boolean {
  const temporary = temporaryFile(run)
  try {
    const content = JSON.stringify({ epoch, role, process: formatProcessId(ownProcessId()) })
    writeFileSync(temporary, content, { flag: 'wx', mode: PRIVATE_FILE_MODE })
    linkSurely(temporary, epochFile(run, epoch))
    return true
  } catch (error) {
    const code = errorCode(error)
    if (code === 'EEXIST' || code === 'ENOENT') return false
    throw error
  } finally {
    removeIfPossible(temporary)
  }
}

/** Also the temporary files of candidates that were killed; a living one whose file is taken away has lost anyway. */
function removeBelow(run: string, epoch: number): void {
  for (const name of namesIn(run)) {
    const number = EPOCH_FILE.exec(name)?.[1]
    const isOld = number === undefined ? name.startsWith(TEMPORARY_PREFIX) : Number(number) < epoch
    if (isOld) removeIfPossible(join(run, name))
  }
}

/** Whether this process holds the lock that it has linked. Where that cannot be seen it gives it back, or nobody could have it while it lives. */
function isHighest(run: string, epoch: number): boolean {
  try {
    return highestEpoch(run) === epoch
  } catch (error) {
    removeIfPossible(epochFile(run, epoch))
    throw error
  }
}

/** What is left over is looked for again by the next holder. */
function namesIn(run: string): readonly string[] {
  try {
    return readdirSync(run)
  } catch {
    return []
  }
}

function highestEpoch(run: string): number {
  try {
    return Math.max(0, ...readdirSync(run).map((name) => Number(EPOCH_FILE.exec(name)?.[1] ?? 0)))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0
    throw error
  }
}

function epochFile(run: string, epoch: number): string {
  return join(run, `writer.${epoch}`)
}

function temporaryFile(run: string): string {
  return join(run, `${TEMPORARY_PREFIX}${process.pid}-${randomBytes(6).toString('hex')}`)
}
