import { mkdtempSync, statSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import type { Environment } from '../config/environment.js'
import { describeError } from '../diagnostics/hub.js'
import { makeDirectories } from '../make-directories.js'
import { ensurePrivateDirectory, PRIVATE_DIRECTORY_MODE, type Unfit } from './private-directory.js'
import { serviceDirectory } from './run-paths.js'
import { storageMedium } from './storage-medium.js'

/** Where runs are kept, or why not there. */
export type RunBase = { readonly base: string } | { readonly unusable: string }

/**
 * The wanted place: `spoolDir` as it is, else the user's state directory.
 *
 * The default is not taken where it would do harm: in a home on the network, because mapped memory there may fault when the server is
 * away, and in somebody else's home, which `sudo` leaves in `HOME` and where root would make directories that the owner cannot use.
 */
export function wantedBase(spoolDir: string | undefined, env: Environment): RunBase {
  if (spoolDir !== undefined) return wanted(spoolDir)
  const tried = stateHomes(env).map(judge)
  return tried.find((result) => 'base' in result) ?? tried[0] ?? { unusable: 'this user has no home directory' }
}

function wanted(spoolDir: string): RunBase {
  const base = attempt(() => resolve(spoolDir))
  if (base !== undefined) return { base }
  return {
    unusable: `the working directory, which \`queue.spoolDir\` \`${spoolDir}\` is relative to, was removed; an absolute path needs none`,
  }
}

/** The place for temporary files: the same one for all runs of a user, so that the next finds what the last left. */
export function temporaryBase(): string {
  return join(tmpdir(), `holdfast-${process.geteuid?.() ?? userInfo().username}`)
}

/** One that nobody can have prepared; what is left there is not found again. */
export function singleUseBase(): string {
  return mkdtempSync(join(tmpdir(), 'holdfast-'))
}

/** Makes the directory of a service below a base; returns why it cannot be used. A base itself may be shared, what is in it is not. */
export function prepareService(base: string, service: string, isBasePrivate: boolean): string | undefined {
  try {
    return makeServiceDirectory(base, service, isBasePrivate)?.detail
  } catch (error) {
    return describeError(error)
  }
}

/** The same, and throws what the system answers. */
export function makeServiceDirectory(base: string, service: string, isBasePrivate: boolean): Unfit | undefined {
  if (isBasePrivate) {
    const unfit = ensurePrivateDirectory(base)
    if (unfit !== undefined) return unfit
  } else makeDirectories(base, PRIVATE_DIRECTORY_MODE)
  return ensurePrivateDirectory(serviceDirectory(base, service))
}

/** `${XDG_STATE_HOME:-~/.local/state}/holdfast`; for root with somebody else's `HOME` also its own. */
function stateHomes(env: Environment): readonly string[] {
  const { XDG_STATE_HOME: state = '', LOCALAPPDATA: local = '' } = env
  const homes = [env['HOME'] ?? attempt(homedir), attempt(() => userInfo().homedir)].filter(isDirectory)
  const below = homes.map((home) => join(home, '.local', 'state', 'holdfast'))
  // the specification wants a path that is not absolute to be ignored
  if (isAbsolute(state)) return [join(state, 'holdfast'), ...below]
  return process.platform === 'win32' && isAbsolute(local) ? [join(local, 'holdfast', 'state'), ...below] : below
}

function judge(base: string): RunBase {
  const found = nearestExisting(base)
  const owner = statSync(found).uid
  if (process.geteuid?.() === 0 && owner !== 0) return { unusable: `${found} belongs to user ${owner}, this process to root` }
  if (storageMedium(found) !== 'network' || storageMedium(tmpdir()) === 'network') return { base }
  return { unusable: `${found} is on a network file system; \`queue.spoolDir\` would use it all the same` }
}

function nearestExisting(path: string): string {
  const parent = dirname(path)
  return parent === path || attempt(() => statSync(path)) !== undefined ? path : nearestExisting(parent)
}

function isDirectory(path: string | undefined): path is string {
  return path !== undefined && isAbsolute(path) && attempt(() => statSync(path).isDirectory()) === true
}

/** The system calls about users throw where the user has no entry, as in many containers. */
function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}
