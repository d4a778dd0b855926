import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from '../diagnostics/hub.js'
import { ensurePrivateDirectory } from './private-directory.js'
import { readObject, writeWhole } from './run-facts.js'
import { safeName, siblingsOf } from './run-paths.js'

/** What is known of a lane whose adapter hung or ended its writer. */
export interface LaneRecord {
  readonly lane: string
  readonly fault: LaneFault
  /** How often. */
  readonly count: number
  /** Until when it is left alone, in milliseconds since 1970. */
  readonly until: number
}

/** `late`: its module was not loaded in time. */
export type LaneFault = 'hung' | 'crashed' | 'late'

/** Where it is kept. Nothing here throws. */
export interface LaneRecords {
  read(): readonly LaneRecord[]
  write(record: LaneRecord): void
  remove(lane: string): void
}

/** For a writer that ends with its process. */
export const NO_RECORDS: LaneRecords = { read: () => [], write: () => undefined, remove: () => undefined }

/** Beside the runs of a service; no name of a run. */
const FOLDER = '.lanes'
const FAULTS: readonly unknown[] = ['hung', 'crashed', 'late']

/**
 * Beside the runs of a service, so that it outlives the processes that saw it, and all runs of the service know it. Each lane has a file of its own: two
 * that write meet only where they say the same. What cannot be kept, on a full disk say, is found out again by whoever comes next.
 */
export function laneRecords(run: string): LaneRecords {
  const folder = join(siblingsOf(run), FOLDER)
  return {
    read: () => attempt(() => namesIn(folder).flatMap((name) => recordIn(join(folder, name))), []),
    write: (record) => attempt(() => write(folder, record), undefined),
    remove: (lane) => attempt(() => rmSync(pathOf(folder, lane), { force: true }), undefined),
  }
}

/** The file that a record is kept in, and what stands in it. */
export function laneRecordFile(run: string, record: LaneRecord): { readonly path: string; readonly text: string } {
  return { path: pathOf(join(siblingsOf(run), FOLDER), record.lane), text: `${JSON.stringify(record)}\n` }
}

function write(folder: string, record: LaneRecord): void {
  if (ensurePrivateDirectory(folder) === undefined) writeWhole(pathOf(folder, record.lane), record)
}

function recordIn(path: string): readonly LaneRecord[] {
  const { lane, fault, count, until } = readObject(path) ?? {}
  if (typeof lane !== 'string' || !FAULTS.includes(fault)) return []
  return [{ lane, fault: fault as LaneFault, count: Number(count) || 1, until: Number(until) || 0 }]
}

function pathOf(folder: string, lane: string): string {
  return join(folder, `${safeName(lane)}.json`)
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

/** Its caller is a timer of the application, which must go on. */
function attempt<T>(act: () => T, otherwise: T): T {
  try {
    return act()
  } catch {
    return otherwise
  }
}
