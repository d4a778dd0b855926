import { linkSync, lstatSync, type RmOptions, renameSync, rmSync, type Stats } from 'node:fs'

/*
 * An error does not say that nothing happened: NFS and FUSE answer for the second of two attempts. After a failure it is looked what stands
 * there; that it was done counts, whatever is reported.
 */

/** Renames a file or a directory. */
export function renameSurely(from: string, to: string): void {
  const moved = look(from)
  try {
    renameSync(from, to)
  } catch (error) {
    if (!isSame(look(to), moved)) throw error
  }
}

/** Gives a file a second name. */
export function linkSurely(from: string, to: string): void {
  try {
    linkSync(from, to)
  } catch (error) {
    if (!isSame(look(to), look(from))) throw error
  }
}

/** Removes what nobody needs any more. Where that fails it stays: it harms nobody, and whatever else was done is not undone by it. */
export function removeIfPossible(path: string, options: RmOptions = {}): void {
  try {
    rmSync(path, { force: true, ...options })
  } catch {
    // see above
  }
}

function look(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined // nothing is known then, and the failure before is the one to tell
  }
}

function isSame(a: Stats | undefined, b: Stats | undefined): boolean {
  return a !== undefined && a.ino === b?.ino && a.dev === b.dev
}
