import { linkSync, lstatSync, readdirSync, renameSync, rmSync, type Stats } from 'node:fs'
import { basename, join } from 'node:path'
import type { Report } from '../diagnostics/catalogue.js'
import { ensurePrivateDirectory } from '../tree/private-directory.js'
import { siblingsOf } from '../tree/run-paths.js'

const FOLDER = 'damaged'
const MAX_ENTRIES = 16
const MAX_BYTES: number = 64 << 20
const BLOCK_BYTES = 512
/** Of a folder that stands in the place of a file, so many entries are counted. */
const MAX_COUNTED = 10_000

/**
 * Puts aside what stood in the place of a ring and could not be read whole, for people to look at: `damaged` beside the runs of the service, at
 * most 16 of them and 64 MiB; the oldest go first, which is told. Nothing is opened or followed.
 *
 * @param how `linked`: it is still read where it is
 * @returns where it is now; '' when it is gone, being too large or not to be moved
 */
export function putAside(path: string, run: string, how: 'moved' | 'linked', report: Report): string {
  const folder = join(siblingsOf(run), FOLDER)
  const target = join(folder, `${new Date().toISOString().replace(/[-:.]/g, '')}-${basename(path)}`)
  try {
    const isUnfit = ensurePrivateDirectory(folder) !== undefined || bytesOf(path) > MAX_BYTES
    if (how === 'linked') {
      if (!isUnfit) linkSync(path, target)
    } else if (isUnfit) rmSync(path, { recursive: true, force: true })
    else renameSync(path, target)
    makeRoom(folder, report)
    return lstatSync(target, { throwIfNoEntry: false }) === undefined ? '' : target
  } catch {
    // it stays where it is, and is met again at the next start
    return ''
  }
}

function makeRoom(folder: string, report: Report): void {
  const entries = readdirSync(folder)
    .sort()
    .map((name) => ({ path: join(folder, name), bytes: bytesOf(join(folder, name)) }))
  let bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0)
  for (let count = entries.length; count > MAX_ENTRIES || bytes > MAX_BYTES; count--) {
    const oldest = entries.shift()
    if (oldest === undefined) return
    rmSync(oldest.path, { recursive: true, force: true })
    bytes -= oldest.bytes
    report('remains_removed', oldest)
  }
}

/** What it takes of the disk. */
export function bytesOf(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats?.isDirectory() !== true) return blocksOf(stats)
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).slice(0, MAX_COUNTED)
  return names.reduce((sum, name) => sum + blocksOf(lstatSync(join(path, name), { throwIfNoEntry: false })), blocksOf(stats))
}

function blocksOf(stats: Stats | undefined): number {
  return (stats?.blocks ?? 0) * BLOCK_BYTES
}
