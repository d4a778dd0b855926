import { basename, dirname, join } from 'node:path'
import type { Clock } from '@holdfast/core'
import { compressFile } from './compress.js'
import { errorCode } from './error-code.js'
import type { Issues } from './issues.js'
import { LINK_MARK } from './latest.js'
import { GZIP_SUFFIX, isDateFolder, nameReader, rootOf } from './names.js'
import type { FileSettings } from './options.js'
import { type OwnFile, selectExpired } from './retention.js'
import { removeIfThere, removeSame } from './surely.js'
import type { FileTransport } from './transport.js'

/** What was under way this long ago without a change was left behind by a crash. */
const ABANDONED_MS = 60_000
/** For this long a file that nobody has open may be that of a writer which was killed and starts again, to go on in it. */
const RESTART_MS = 60_000
/** Where the system cannot tell which files are open: a file of another run that is quiet this long is finished. */
const QUIET_MS = 3_600_000
/** How long `stop` waits for a compression before it breaks it off. */
const STOP_WAIT_MS = 3000

export interface HousekeeperParts {
  readonly transport: FileTransport
  readonly settings: FileSettings
  readonly clock: Clock
  readonly issues: Issues
  /** Identity and size of the file being written. */
  readonly current: () => { readonly identity: string; readonly size: number } | undefined
  /** Whether nobody else looks after these files. */
  readonly mayTidy: () => boolean
}

/**
 * Compresses and deletes finished files, beside the log and never in its way: one pass at a time, another one if asked meanwhile.
 * It keeps no list: each pass reads the directory, so what an earlier run or a crash left undone is done now.
 */
export class Housekeeper {
  readonly #parts: HousekeeperParts
  readonly #isNeeded: boolean
  /** Files that this adapter has finished itself. */
  readonly #finished = new Set<string>()
  readonly #abort = new AbortController()
  #isAsked = false
  #pass: Promise<void> | undefined

  constructor(parts: HousekeeperParts) {
    this.#parts = parts
    const { compress, retain, latest } = parts.settings
    this.#isNeeded = compress || latest !== undefined || Object.values(retain).some((limit) => Number.isFinite(limit))
  }

  /** Says that nothing will be written to a file any more. */
  finish(path: string): void {
    if (this.#isNeeded) this.#finished.add(path)
    this.wake()
  }

  /** Asks for a pass soon. */
  wake(): void {
    if (!this.#isNeeded || this.#abort.signal.aborted || !this.#parts.mayTidy()) return
    this.#isAsked = true
    this.#pass ??= this.#run()
  }

  /** Waits for what is under way, at most 3 seconds; what is broken off is done again by the next run. */
  async stop(): Promise<void> {
    const cancel = this.#parts.clock.after(STOP_WAIT_MS, () => this.#abort.abort(), { keepAlive: true })
    await this.#pass
    cancel()
    this.#abort.abort()
  }

  async #run(): Promise<void> {
    while (this.#isAsked && !this.#abort.signal.aborted) {
      this.#isAsked = false
      await this.#tidy()
    }
    this.#pass = undefined
  }

  async #tidy(): Promise<void> {
    const { settings, issues } = this.#parts
    await issues.attemptLater('retain', () => this.#removeAbandoned())
    if (settings.compress) await issues.attemptLater('compress', () => this.#compress())
    if (!this.#abort.signal.aborted) await issues.attemptLater('retain', () => this.#removeExpired())
  }

  async #compress(): Promise<void> {
    const files = await this.#list()
    const copies = new Set(files.filter(({ name }) => name.state === 'gzip').map(({ path }) => path))
    for (const file of await this.#onlyFinished(files.filter(({ name }) => name.state === 'plain'))) {
      if (this.#abort.signal.aborted) return
      const { path } = file
      // one that has a copy was finished before a crash came between
      if (this.#mayGoOn(file) && !copies.has(path + GZIP_SUFFIX)) continue
      try {
        await compressFile(this.#parts.transport, path, this.#abort.signal)
      } catch (error) {
        if (!this.#abort.signal.aborted) throw error
      }
    }
  }

  async #removeExpired(): Promise<void> {
    const { transport, settings, clock, current } = this.#parts
    const whole = (await this.#list()).filter(({ name }) => name.state !== 'unfinished')
    const { maxBytes } = settings.rotate
    const currentBytes = Math.max(current()?.size ?? 0, Number.isFinite(maxBytes) ? maxBytes : 0)
    const expired = selectExpired(await this.#onlyFinished(whole), settings.retain, clock.now(), currentBytes)
    for (const file of expired) await removeSame(transport, file.path, file)
    const folders = new Set(expired.map(({ path }) => dirname(path)))
    for (const folder of folders) if (isDateFolder(basename(folder))) await this.#removeEmpty(folder)
  }

  /** Half-made copies and links of runs that were killed. */
  async #removeAbandoned(): Promise<void> {
    const { transport, settings } = this.#parts
    const abandoned = (await this.#list()).filter(({ mtimeMs }) => this.#isAbandoned(mtimeMs))
    for (const file of abandoned) if (this.#isHalfMade(file)) await removeSame(transport, file.path, file)
    if (settings.target.kind === 'directory') {
      const empty = abandoned.filter(({ name, size }) => name.state === 'plain' && size === 0)
      for (const file of await this.#onlyFinished(empty)) await removeSame(transport, file.path, file)
    }
    if (settings.latest === undefined) return
    const mark = basename(settings.latest) + LINK_MARK
    for (const name of await transport.listLater(dirname(settings.latest))) {
      if (!name.startsWith(mark)) continue
      const path = join(dirname(settings.latest), name)
      const status = await transport.linkStatusLater(path)
      if (status?.kind === 'link' && this.#isAbandoned(status.mtimeMs)) await removeIfThere(transport, path)
    }
  }

  /** Whether another writer may come back to a file that nobody has open. */
  #mayGoOn({ path, mtimeMs }: OwnFile): boolean {
    const { settings, clock } = this.#parts
    return settings.target.kind === 'directory' && !this.#finished.has(path) && clock.now() - mtimeMs <= RESTART_MS
  }

  /** A compression under way, or a finished name that was made and not used. */
  #isHalfMade(file: OwnFile): boolean {
    if (file.name.state === 'unfinished') return true
    return this.#parts.settings.target.kind === 'path' && file.name.state === 'plain' && file.size === 0 && !this.#isCurrent(file)
  }

  #isAbandoned(mtimeMs: number): boolean {
    return this.#parts.clock.now() - mtimeMs > ABANDONED_MS
  }

  /** Leaves out the file being written, and files that other runs may be writing. */
  async #onlyFinished(files: readonly OwnFile[]): Promise<readonly OwnFile[]> {
    const { transport, settings, clock } = this.#parts
    if (settings.target.kind === 'path') return files.filter((file) => !this.#isCurrent(file))
    const doubtful = files.filter(({ path, name }) => name.state === 'plain' && !this.#finished.has(path))
    const open =
      doubtful.length === 0 ? undefined : await transport.openElsewhereLater(new Set(doubtful.map(({ path }) => basename(path))))
    const isQuiet = (file: OwnFile): boolean =>
      open === undefined ? clock.now() - file.mtimeMs > QUIET_MS : !open.has(file.identity)
    return files.filter((file) => !this.#isCurrent(file) && (!doubtful.includes(file) || isQuiet(file)))
  }

  #isCurrent(file: OwnFile): boolean {
    return this.#parts.current()?.identity === file.identity
  }

  /** Every file with a name of ours. */
  async #list(): Promise<readonly OwnFile[]> {
    const { transport, settings } = this.#parts
    const { target } = settings
    const root = rootOf(target)
    const readName = nameReader(target)
    const folders = target.kind === 'path' ? [root] : await this.#dateFolders(root)
    const files: OwnFile[] = []
    for (const folder of folders) {
      for (const entry of await transport.listLater(folder)) {
        const name = readName(folder, entry)
        if (name === undefined) continue
        const path = join(folder, entry)
        const status = await transport.linkStatusLater(path)
        if (status?.kind === 'file')
          files.push({ path, name, size: status.size, mtimeMs: status.mtimeMs, identity: status.identity })
      }
    }
    return files
  }

  /** Folders that this adapter makes itself: a link leads to what is somebody else's. */
  async #dateFolders(root: string): Promise<readonly string[]> {
    const { transport } = this.#parts
    const folders: string[] = []
    for (const name of (await transport.listLater(root)).filter(isDateFolder)) {
      const path = join(root, name)
      if ((await transport.linkStatusLater(path))?.kind === 'directory') folders.push(path)
    }
    return folders
  }

  async #removeEmpty(folder: string): Promise<void> {
    try {
      await this.#parts.transport.removeDirectoryLater(folder)
    } catch (error) {
      // something else is in it, or somebody was faster
      if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(errorCode(error))) throw error
    }
  }
}
