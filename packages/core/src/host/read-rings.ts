import { closeSync, existsSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { LogRecord } from '@holdfast/api'
import { geometryOf } from '../ring/shared/geometry.js'
import { regionBytes } from '../ring/shared/layout.js'
import { type Mirror, makeRegion } from '../ring/shared/region.js'
import { RingView } from '../ring/shared/ring-view.js'
import { readSegments } from '../ring/snapshot.js'
import { openRegular } from '../tree/open-regular.js'
import { parseProcessId } from '../tree/process-id.js'
import { runPaths, safeName } from '../tree/run-paths.js'
import { isWrittenPiecewise } from './open-region.js'
import { listRings, type RingFile } from './ring-files.js'
import { SpillFolder } from './spill.js'

const HEADER_BYTES = 4096

/** A ring as it lies on disk: the last events of one process or thread. */
export interface RecordedRing {
  readonly origin: string
  readonly service: string
  readonly pid: number
  /** 0 for the main thread. */
  readonly thread: number
  /** What it still holds, oldest first: delivered or not. Decoded while it is read. */
  readonly records: Iterable<LogRecord>
  /** Events that had no place in the ring; counted while the records are read. */
  readonly lost: () => number
  /** Pieces that could not be read; counted while the records are read. */
  readonly damaged: () => number
}

/**
 * Reads the flight recorder: what the rings of a run, or one ring file, still hold. It changes nothing, and may be done while the run goes on.
 * A ring of a run that cannot be read costs no other: it is there without records, with one piece that could not be read.
 *
 * @param path a run directory (`inspect().writer.run`), or a file below its `rings`
 * @throws RingRefused when it is none, or of another version; NotRegular; the error of the file system
 */
export function readRings(path: string): readonly RecordedRing[] {
  if (!statSync(path).isDirectory()) return [readRing(path, undefined)]
  const { rings, spill } = runPaths(path)
  const files = existsSync(rings) ? listRings(path) : readdirSync(path).map((name) => ({ path: join(path, name), origin: '' }))
  return files.map((file) => readOrSay(file, join(spill, safeName(file.origin))))
}

function readOrSay({ path, origin }: RingFile, spillPath: string): RecordedRing {
  try {
    return readRing(path, spillPath)
  } catch {
    // a pipe, a folder, a piece of a file: whatever it is, the others are wanted all the more
    return { origin, service: '', pid: 0, thread: 0, records: [], lost: () => 0, damaged: () => 1 }
  }
}

/** A copy of a file does not change any more. */
const STILL: Mirror = { push: () => undefined, pull: () => undefined }

function readRing(path: string, spillPath: string | undefined): RecordedRing {
  const content = readWhole(path)
  const memory = new ArrayBuffer(content.length)
  content.copy(Buffer.from(memory))
  const isPiecewise = isWrittenPiecewise(content)
  const view = new RingView(makeRegion(memory, isPiecewise ? STILL : undefined))
  const { origin, service, process: id, thread } = view.identity
  const spilled = spillPath === undefined ? [] : new SpillFolder(spillPath, view.check).segments
  const newest = view.newestSegment
  const inRing = newest === undefined ? view.complete : [...view.complete, newest]
  const bases = new Set(inRing.map(({ base }) => base))
  const segments = [...spilled.filter(({ base }) => !bases.has(base)), ...inRing]
  return { origin, service, pid: parseProcessId(id)?.pid ?? 0, thread, ...readSegments(segments, origin) }
}

/** What belongs to the ring; somebody may have made the file longer than that. */
function readWhole(path: string): Buffer {
  const { fd, size } = openRegular(path, 'read')
  try {
    const header = Buffer.alloc(HEADER_BYTES)
    readSync(fd, header, 0, HEADER_BYTES, 0)
    const geometry = geometryOf(makeRegion(new Uint8Array(header).buffer))
    const wanted = geometry === undefined ? HEADER_BYTES : regionBytes(geometry.segments, geometry.segmentBytes)
    const content = Buffer.alloc(Math.min(size, wanted))
    for (let done = 0; done < content.length; ) {
      const got = readSync(fd, content, done, content.length - done, done)
      if (got === 0) break
      done += got
    }
    return content
  } finally {
    closeSync(fd)
  }
}
