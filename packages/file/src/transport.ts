import {
  closeSync,
  constants,
  createReadStream,
  createWriteStream,
  fchmodSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { lstat, readdir, rename, rmdir, unlink, utimes } from 'node:fs/promises'
import { promisify } from 'node:util'
import { makeDirectories } from '@holdfast/core'
import { errorCode, isMissing } from './error-code.js'
import { findOpenFiles } from './open-files.js'

/** What stands at a path. */
export type FileKind = 'file' | 'directory' | 'link' | 'pipe' | 'other'

/** What is asked of a file's status. */
export interface FileStatus {
  readonly kind: FileKind
  /** Bytes. */
  readonly size: number
  /** Last change of the content, milliseconds since 1970. */
  readonly mtimeMs: number
  /** Last change of the content, the names or the permissions, milliseconds since 1970. */
  readonly changedMs: number
  /** When the file was made, milliseconds since 1970; 0 or `changedMs` where the system does not know. */
  readonly birthMs: number
  /** Device and inode together: equal for the same file under any name. */
  readonly identity: string
  /** How many names the file has; 0 after it was deleted while open. */
  readonly names: number
  /** Permission bits. */
  readonly mode: number
}

/**
 * How to open. `append`: made when missing, read too where that is allowed. `create`: must not exist, and no link is followed.
 * `feed`: a pipe or a device that is there already; never blocks. `update`: made when missing, read, and written by `writeAt`.
 * `read`: must exist, and stays as it is.
 */
export type OpenWay = 'append' | 'create' | 'feed' | 'update' | 'read'

/**
 * The only I/O of this adapter. Everything throws the error of the system call, with its `code`;
 * `status` alone answers `undefined` for what does not exist. What ends in `Later` does not hold up the thread.
 */
export interface FileTransport {
  open(path: string, way: OpenWay, mode: number): number
  /** Appends; returns how many bytes the kernel took, which may be fewer. */
  write(fd: number, bytes: Uint8Array, offset: number, length: number): number
  /** Writes all bytes at a position, over what is there. */
  writeAt(fd: number, bytes: Uint8Array, position: number): void
  read(fd: number, bytes: Uint8Array, length: number, position: number): number
  statusOf(fd: number): FileStatus
  /** Follows links. */
  status(path: string): FileStatus | undefined
  /** Does not follow a link at the end of the path. */
  linkStatus(path: string): FileStatus | undefined
  truncate(fd: number, size: number): void
  chmod(fd: number, mode: number): void
  sync(fd: number): void
  close(fd: number): void
  makeDirectory(path: string, mode: number): void
  /** Names in a directory. */
  list(path: string): readonly string[]
  /** Makes names in a directory durable. */
  syncDirectory(path: string): void
  rename(from: string, to: string): void
  remove(path: string): void
  symlink(target: string, path: string): void
  /** A name that nobody else uses, for a temporary file. */
  uniqueSuffix(): string
  syncLater(fd: number): Promise<void>
  /** Names in a directory; none when it does not exist. */
  listLater(path: string): Promise<readonly string[]>
  linkStatusLater(path: string): Promise<FileStatus | undefined>
  removeLater(path: string): Promise<void>
  removeDirectoryLater(path: string): Promise<void>
  renameLater(from: string, to: string): Promise<void>
  /**
   * Of files with these base names, the identities of those that a process of ours or another has open;
   * `undefined` where the system does not tell.
   */
  openElsewhereLater(names: ReadonlySet<string>): Promise<ReadonlySet<string> | undefined>
  /** Writes a durable gzip copy with the permissions and the time of the source; `to` must not exist. */
  gzipLater(from: string, to: string, signal: AbortSignal): Promise<void>
}

const { O_APPEND, O_CREAT, O_EXCL, O_NOCTTY, O_NONBLOCK, O_RDONLY, O_RDWR, O_WRONLY } = constants

/** The file system of this machine. */
export const nodeTransport: FileTransport = {
  open(path, way, mode) {
    switch (way) {
      case 'create':
        return openSync(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL, mode)
      case 'feed':
        return openSync(path, O_WRONLY | O_NONBLOCK | O_NOCTTY)
      case 'update':
        return openSync(path, O_RDWR | O_CREAT, mode)
      case 'append':
        return openToAppend(path, mode)
      case 'read':
        return openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
    }
  },
  write: (fd, bytes, offset, length) => writeSync(fd, bytes, offset, length),
  writeAt(fd, bytes, position) {
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, position + done)
  },
  read: (fd, bytes, length, position) => readSync(fd, bytes, 0, length, position),
  statusOf: (fd) => toStatus(fstatSync(fd)),
  status: (path) => toStatus(statSync(path, { throwIfNoEntry: false })),
  linkStatus: (path) => toStatus(lstatSync(path, { throwIfNoEntry: false })),
  truncate: ftruncateSync,
  chmod: fchmodSync,
  sync: fdatasyncSync,
  close: closeSync,
  makeDirectory: makeDirectories,
  list: (path) => readdirSync(path),
  syncDirectory(path) {
    if (process.platform === 'win32') return // directories cannot be opened there
    const fd = openSync(path, 'r')
    try {
      fdatasyncSync(fd)
    } finally {
      closeSync(fd)
    }
  },
  rename: renameSync,
  remove: unlinkSync,
  symlink: (target, path) => symlinkSync(target, path),
  uniqueSuffix: () => `${process.pid}-${process.getBuiltinModule('node:crypto').randomBytes(4).toString('hex')}`,
  syncLater: promisify(fdatasync),
  async listLater(path) {
    return await absentIs([], readdir(path))
  },
  async linkStatusLater(path) {
    return toStatus(await absentIs(undefined, lstat(path)))
  },
  removeLater: unlink,
  removeDirectoryLater: rmdir,
  renameLater: rename,
  openElsewhereLater: findOpenFiles,
  async gzipLater(from, to, signal) {
    const status = await lstat(from)
    const target = createWriteStream(to, { flags: 'wx', mode: status.mode & 0o777, flush: true })
    const { pipeline } = process.getBuiltinModule('node:stream/promises')
    const { createGzip } = process.getBuiltinModule('node:zlib')
    const source = createReadStream(from)
    await pipeline(source, createGzip(), target, { signal })
    if (source.bytesRead !== status.size) throw new Error(`Expected \`${from}\` to stay as it is while it is compressed.`)
    await utimes(to, status.atime, status.mtime)
  },
}

function openToAppend(path: string, mode: number): number {
  const flags = O_APPEND | O_CREAT
  try {
    return openSync(path, O_RDWR | flags, mode)
  } catch (error) {
    // a file that may be written but not read
    if (errorCode(error) !== 'EACCES') throw error
    return openSync(path, O_WRONLY | flags, mode)
  }
}

function toStatus(stats: Stats): FileStatus
function toStatus(stats: Stats | undefined): FileStatus | undefined
function toStatus(stats: Stats | undefined): FileStatus | undefined {
  if (stats === undefined) return undefined
  return {
    kind: kindOf(stats),
    size: stats.size,
    mtimeMs: stats.mtimeMs,
    changedMs: stats.ctimeMs,
    birthMs: stats.birthtimeMs,
    identity: `${stats.dev}:${stats.ino}`,
    names: stats.nlink,
    mode: stats.mode & 0o777,
  }
}

function kindOf(stats: Stats): FileKind {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  if (stats.isSymbolicLink()) return 'link'
  return stats.isFIFO() ? 'pipe' : 'other'
}

async function absentIs<T, D>(absent: D, answer: Promise<T>): Promise<T | D> {
  try {
    return await answer
  } catch (error) {
    if (isMissing(error)) return absent
    throw error
  }
}
