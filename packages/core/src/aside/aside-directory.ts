import { join } from 'node:path'
import type { Environment } from '../config/environment.js'
import { describeError } from '../diagnostics/hub.js'
import { ensurePrivateDirectory } from '../tree/private-directory.js'
import { makeServiceDirectory, temporaryBase, wantedBase } from '../tree/run-base.js'
import { serviceDirectory, siblingsOf } from '../tree/run-paths.js'
import { passes } from './passes.js'

/** Beside the runs of a service, and no name of a run: it outlives them. */
const NAME = 'aside'
/** Where it is, or would be, for a run. */
export function asidePath(run: string): string {
  return join(siblingsOf(run), NAME)
}

/**
 * Where the records are put aside that an adapter cannot process, for a writer that serves a run; made when it is missing.
 *
 * @throws when it cannot be made
 */
export function asideOfRun(run: string): string {
  const path = asidePath(run)
  const unfit = ensurePrivateDirectory(path)
  if (unfit !== undefined) throw new Error(`Expected a private directory for records that are put aside: ${unfit.detail}.`)
  return path
}

/**
 * The same for a writer without a run: where a run of the service would lie. `undefined` where this process may write nowhere.
 *
 * @throws when it cannot be made just now, as on a full disk
 */
export function asideOfService(service: string, spoolDir: string | undefined, env: Environment): string | undefined {
  const wanted = wantedBase(spoolDir, env)
  const first = 'base' in wanted ? asideBelow(wanted.base, service, false) : undefined
  return first ?? asideBelow(temporaryBase(), service, true)
}

function asideBelow(base: string, service: string, isBasePrivate: boolean): string | undefined {
  try {
    if (makeServiceDirectory(base, service, isBasePrivate) !== undefined) return undefined
    const path = join(serviceDirectory(base, service), NAME)
    return ensurePrivateDirectory(path) === undefined ? path : undefined
  } catch (error) {
    if (!passes(error)) return undefined
    throw new Error(`Expected room for records that are put aside below ${base}, got ${describeError(error)}.`, { cause: error })
  }
}
