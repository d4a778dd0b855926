import { basename, dirname, join, parse } from 'node:path'
import type { FileTarget } from './options.js'

/** What the name of a file of ours says. */
export interface OwnName {
  /** Local date and time in the name, `2026-11-20T14-05-09`. */
  readonly stamp: string
  /** 1, or the number behind the stamp. */
  readonly sequence: number
  readonly state: 'plain' | 'gzip' | 'unfinished'
}

/** Suffix of a finished file after compression. */
export const GZIP_SUFFIX = '.gz'
/** Between the final name and something random: a compression under way, or left behind by a crash. */
export const UNFINISHED_MARK = '.gz.tmp-'

const DATE = '\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])'
const DAY_CHARS = 10
const TIME = '(?:[01]\\d|2[0-3])-[0-5]\\d-[0-5]\\d'
const DATE_FOLDER = new RegExp(`^${DATE}$`)
const TAIL = '(?:-(?<sequence>[1-9]\\d*))?'

/**
 * The `sequence`-th name for a moment. For one path the name of a finished file, `logs/app.2026-11-20T14-05-09.log`;
 * for a directory that of a new file, `logs/2026-11-20/app_14-05-09.log`; from the second on with `-2`, `-3` before the extension.
 */
export function stampedPath(target: FileTarget, time: number, sequence: number): string {
  const { date, clock } = localStamp(time)
  const tail = sequence === 1 ? '' : `-${sequence}`
  switch (target.kind) {
    case 'path': {
      const { dir, name, ext } = parse(target.path)
      return join(dir, `${name}.${date}T${clock}${tail}${ext}`)
    }
    case 'directory':
      return join(target.dir, date, `${target.prefix}_${clock}${tail}.log`)
  }
}

/** Where lines go that belong to a path which somebody else has: `logs/app.2.log` for `logs/app.log`. What is finished there has the names of the path itself. */
export function substitutePath(path: string, number: number): string {
  const { dir, name, ext } = parse(path)
  return join(dir, `${name}.${number}${ext}`)
}

/** Directories that may hold files of ours are the root itself, or those below it whose name is a date. */
export function rootOf(target: FileTarget): string {
  return target.kind === 'path' ? dirname(target.path) : target.dir
}

export function isDateFolder(name: string): boolean {
  return DATE_FOLDER.test(name) && isDay(name)
}

/** Reads file names of one target; answers `undefined` for every name that this target would not give. */
export function nameReader(target: FileTarget): (folder: string, name: string) => OwnName | undefined {
  const pattern = namePattern(target)
  return (folder, name) => {
    const groups = pattern.exec(name)?.groups
    if (groups === undefined) return undefined
    const { stamp = '', sequence = '1', unfinished, gzip } = groups
    if (target.kind === 'path' && !isDay(stamp.slice(0, DAY_CHARS))) return undefined
    return {
      stamp: target.kind === 'path' ? stamp : `${basename(folder)}T${stamp}`,
      sequence: Number(sequence),
      state: unfinished !== undefined ? 'unfinished' : gzip !== undefined ? 'gzip' : 'plain',
    }
  }
}

/** A clock never says the 31st of February. */
function isDay(date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(date)
}

function namePattern(target: FileTarget): RegExp {
  const end = '(?:(?<unfinished>\\.gz\\.tmp-[\\w-]+)|(?<gzip>\\.gz))?$'
  switch (target.kind) {
    case 'path': {
      const { name, ext } = parse(target.path)
      return new RegExp(`^${literal(name)}\\.(?<stamp>${DATE}T${TIME})${TAIL}${literal(ext)}${end}`)
    }
    case 'directory':
      return new RegExp(`^${literal(target.prefix)}_(?<stamp>${TIME})${TAIL}\\.log${end}`)
  }
}

/** Local date and time as names use them: sortable, and allowed on every file system. */
function localStamp(time: number): { readonly date: string; readonly clock: string } {
  const at = new Date(time)
  const date = `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return { date, clock: `${two(at.getHours())}-${two(at.getMinutes())}-${two(at.getSeconds())}` }
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
