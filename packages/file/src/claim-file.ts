import { lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import type { AdapterHome } from '@holdfast/api'
import { type ClaimOutcome, claimPath } from '@holdfast/core'
import { errorCode, isMissing } from './error-code.js'
import { programName } from './place.js'

/** Claims a path for one writer. `insteadOf`: name of the file in whose stead it is written. Tests give their own. */
export type Claim = (path: string, insteadOf: string | undefined) => ClaimOutcome

const LINKS_MAX = 40

/** Claims files of this machine, by the place that a path leads to: a link and its target are one file. */
export function claimFiles(home: AdapterHome | undefined): Claim {
  return (path, insteadOf) => {
    const owner = home?.service ?? programName()
    return claimPath(realPath(path), { owner, run: home?.run, insteadOf })
  }
}

/** Says who has a path, with the cure where nobody can be asked. */
export function describeHolder(path: string, { holder, lock, isProven }: Extract<ClaimOutcome, { lock: string }>): string {
  const { pid } = holder?.process ?? {}
  const who =
    holder === undefined
      ? 'somebody'
      : pid === process.pid
        ? 'another runtime of this process'
        : `process ${pid}${holder.owner === '' ? '' : ` of ${holder.owner}`}`
  const cure = isProven ? '' : `, as \`${lock}\` says, and cannot be asked; remove that file if nobody writes any more`
  return `\`${path}\` is written by ${who}${cure}`
}

/** Where a path leads, also when nothing is there yet. */
function realPath(path: string, links = 0): string {
  try {
    return realpathSync(path)
  } catch (error) {
    // whatever else is wrong there shows when it is opened
    if (!isMissing(error) || links > LINKS_MAX || dirname(path) === path) return path
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
      ? realPath(resolve(dirname(path), linkAt(path)), links + 1)
      : join(realPath(dirname(path), links + 1), basename(path))
  }
}

function linkAt(path: string): string {
  try {
    return readlinkSync(path)
  } catch (error) {
    if (errorCode(error) === '') throw error
    return basename(path)
  }
}
