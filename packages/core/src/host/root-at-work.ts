import { closeSync, openSync, readSync } from 'node:fs'
import { errorCode } from '../diagnostics/hub.js'
import { CONTROL, STATE } from '../ring/shared/layout.js'
import { makeRegion } from '../ring/shared/region.js'
import { readIdentity } from '../ring/shared/ring-view.js'
import { parseProcessId } from '../tree/process-id.js'
import { isGone } from '../tree/process-state.js'
import { listRings } from './ring-files.js'

const PAGE_BYTES = 4096

/**
 * Whether the root of a run still logs into it, and so looks after its writer. A process that has closed its runtime, or replaced it, may live on
 * for long: then the members look after the writer. What cannot be looked at now counts as at work.
 */
export function isRootAtWork(run: string): boolean {
  try {
    return listRings(run).some(({ path }) => isOfRootAtWork(path))
  } catch {
    return true
  }
}

function isOfRootAtWork(path: string): boolean {
  const page = makeRegion(new ArrayBuffer(PAGE_BYTES))
  try {
    readPage(path, page.bytes)
    const { isRoot, process: id } = readIdentity(page)
    const root = parseProcessId(id)
    const state = page.words[CONTROL.state]
    // one whose `exit` listener has run is there until it is gone
    return isRoot && root !== undefined && !isGone(root) && (state === STATE.open || state === STATE.exited)
  } catch (error) {
    // it was put away meanwhile, or is no ring
    if (['ENOENT', 'damaged'].includes(errorCode(error))) return false
    throw error
  }
}

function readPage(path: string, bytes: Uint8Array): void {
  const fd = openSync(path, 'r')
  try {
    readSync(fd, bytes, 0, PAGE_BYTES, 0)
  } finally {
    closeSync(fd)
  }
}
