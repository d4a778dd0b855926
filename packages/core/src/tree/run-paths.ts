import { dirname, join } from 'node:path'
import { makeDirectories } from '../make-directories.js'
import { makePrivateDirectory, PRIVATE_DIRECTORY_MODE } from './private-directory.js'

/**
 * What lies in a run directory.
 *
 * ```
 *  <base>/<service>/<run>/          0700, files 0600
 *    run.json                       who started it: see run-facts.ts
 *    writer.<epoch>                 who writes: see writer-lock.ts
 *    pulse                          in a container: a pipe that all processes of the run have open, see pulse.ts
 *    rings/                         one file for each producer
 *    free/                          rings of members that have left, to be used again
 *    lanes/<lane>/                  what an adapter wants to find after a restart
 *    spill/                         segments that a lane is behind with
 *    told/                          deaths that were reported
 *  <base>/<service>/.last/          what the last tree was like, see tree-file.ts
 * ```
 */
export interface RunPaths {
  readonly rings: string
  readonly free: string
  readonly lanes: string
  readonly spill: string
  readonly told: string
}

const SAFE_NAME_MAX_CHARS = 64
const HASH_CHARS = 8

export function runPaths(run: string): RunPaths {
  const at = (name: string): string => join(run, name)
  return { rings: at('rings'), free: at('free'), lanes: at('lanes'), spill: at('spill'), told: at('told') }
}

/** The directory of a lane's adapter, made on first use. A writer that has its rings open goes on when somebody removes the run. */
export function laneDirectory(run: string, lane: string): string {
  const { lanes } = runPaths(run)
  const path = join(lanes, safeName(lane))
  makeDirectories(lanes, PRIVATE_DIRECTORY_MODE)
  makePrivateDirectory(path)
  return path
}

/** Where the runs of a service lie. */
export function serviceDirectory(base: string, service: string): string {
  return join(base, safeName(service))
}

/** Where the siblings of a run lie. */
export function siblingsOf(run: string): string {
  return dirname(run)
}

/** A name as it can stand in a path. What had to be changed gets a hash of the whole, so that two names stay two. */
export function safeName(name: string): string {
  const plain = name.replace(/[^\w.-]/g, '_').slice(0, SAFE_NAME_MAX_CHARS)
  if (plain === name && /^\w(.*\w)?$/.test(name)) return name
  const hash = process.getBuiltinModule('node:crypto').createHash('sha256').update(name).digest('hex').slice(0, HASH_CHARS)
  return `_${plain.replace(/^[.-]+|[.-]+$/g, '')}_${hash}`
}
