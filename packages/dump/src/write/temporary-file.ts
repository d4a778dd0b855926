import {
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  fsync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { DumpError } from '../dump-error.js'

const DIRECTORY_MODE = 0o700

/**
 * A file that appears whole or not at all: it is written beside its place under a name of its own, forced to the disk and then renamed. What
 * was there before stays until then, and stays if anything fails. A link keeps pointing where it does; its target is replaced.
 */
export class TemporaryFile {
  /** Where it will be, absolute. */
  readonly path: string
  readonly #target: string
  readonly #temporary: string
  readonly #fd: number
  #isOpen = true
  #isOnDisk = false

  /** @throws {DumpError} when it cannot be made there */
  constructor(path: string, mode: number) {
    this.path = resolve(path)
    try {
      this.#target = targetOf(this.path)
      makeDirectory(dirname(this.#target))
      this.#temporary = join(
        dirname(this.#target),
        `.${basename(this.#target).slice(0, 100)}.${process.getBuiltinModule('node:crypto').randomBytes(6).toString('hex')}.tmp`,
      )
      this.#fd = openSync(this.#temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode)
    } catch (error) {
      throw writeError(this.path, error)
    }
    try {
      fchmodSync(this.#fd, mode)
    } catch (error) {
      this.abandon()
      throw writeError(this.path, error)
    }
  }

  /** Writes behind what was written before. */
  write(bytes: Uint8Array): void {
    this.#isOnDisk = false
    this.#attempt(() => {
      let done = 0
      while (done < bytes.length) done += writeSync(this.#fd, bytes, done)
    })
  }

  /** Forces it to the disk without holding up the thread. */
  async syncLater(): Promise<void> {
    try {
      await promisify(fsync)(this.#fd)
      this.#isOnDisk = true
    } catch (error) {
      throw writeError(this.path, error)
    }
  }

  /** Makes it appear; forces it to the disk before, unless `syncLater` has. */
  commit(): void {
    this.#attempt(() => {
      if (!this.#isOnDisk) fsyncSync(this.#fd)
      const { ino } = fstatSync(this.#fd)
      // some systems do not rename what is open
      this.#close()
      renameOrSee(this.#temporary, this.#target, ino)
    })
  }

  /** Removes what was written. */
  abandon(): void {
    this.#close()
    rmSync(this.#temporary, { force: true })
  }

  #close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    closeSync(this.#fd)
  }

  #attempt(step: () => void): void {
    try {
      step()
    } catch (error) {
      throw writeError(this.path, error)
    }
  }
}

/** An error does not say that nothing happened: NFS answers for the second of two attempts. */
function renameOrSee(from: string, to: string, ino: number): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if (statSync(to, { throwIfNoEntry: false })?.ino !== ino) throw error
  }
}

/** Follows a link, so that it is not replaced. What is no file is refused: a rename would replace a device or a pipe. */
function targetOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) return path
  if (!status.isFile()) throw new Error('it is no file; leave `path` out and write the text yourself')
  return realpathSync(path)
}

/** One by one: `recursive` of Node.js (20 to 24) never returns where a directory cannot be, as below `/proc`. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return
  makeDirectory(dirname(path))
  try {
    mkdirSync(path, DIRECTORY_MODE)
  } catch (error) {
    // somebody else was faster
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

function writeError(path: string, cause: unknown): DumpError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new DumpError('HOLDFAST_DUMP_WRITE', `Expected to write \`${path}\`, got: ${reason}.`, cause)
}
