import type { LogEvent } from '@holdfast/api'
import type { AdapterOptions } from '@holdfast/core'

/** How often a new file begins, by the local calendar. */
export type RotateEvery = 'day' | 'hour'
/** When lines are forced to the disk. */
export type FsyncPolicy = 'never' | 'interval' | 'error' | 'always'
/** Turns an event into text. A missing line end is added; what throws or is no text becomes the JSON line instead. */
export type FileFormat = (event: LogEvent) => string

/** Where to write and how. Give `path` or `dir`; neither means `dir: 'logs'`. */
export interface FileOptions extends AdapterOptions {
  /**
   * One file. Relative paths count from the working directory at the call of `fileAdapter`. Appended to when it exists.
   * A pipe or a device (`/dev/stdout`) works too, without rotation.
   */
  readonly path?: string
  /** A new file for each run: `dir/YYYY-MM-DD/prefix_HH-MM-SS.log`, local time. @default `logs` */
  readonly dir?: string
  /** Begins the names below `dir`. Characters that do not belong in a file name become `-`. @default the name in the nearest package.json, or of the script */
  readonly prefix?: string
  /** `json`: the canonical line. `text`: one readable line, escaped so that it cannot be forged. @default `json` */
  readonly format?: 'json' | 'text' | FileFormat
  /** When to begin a new file. @default never */
  readonly rotate?: RotateOptions
  /** Which finished files to delete. Looked up in the directory, so files of earlier runs count. @default none */
  readonly retain?: RetainOptions
  /** Compresses finished files. The plain file goes only when the compressed one is complete and on disk. @default false */
  readonly compress?: 'gzip' | false
  /** Keeps a link in `dir` at the newest file; a text names the link. @default true with `dir`: `prefix_latest.log` */
  readonly latest?: boolean | string
  /** Permissions of new files; given here they hold whatever the umask. @default 0o640, less what the umask takes */
  readonly mode?: number
  /**
   * When what was written is forced to the disk: `never` leaves it to the kernel (survives a crash of the process, not of the machine);
   * `interval` every `fsyncIntervalMs` while there is something new; `error` at once for batches with an event at error or above;
   * `always` after each batch, which costs milliseconds each. @default `never`
   */
  readonly fsync?: FsyncPolicy
  /** @default 1000 */
  readonly fsyncIntervalMs?: number
  /**
   * Opens the file anew on SIGHUP, which then no longer ends the process. Only needed when a log rotator outside sends it:
   * a file that was moved or deleted is noticed within a second anyway. @default false
   */
  readonly reopenOnSighup?: boolean
}

/** When a file is finished and the next one begins; the first bound that is reached counts. */
export interface RotateOptions {
  /** Begins a new file rather than let one grow beyond this; a single longer line has a file of its own. */
  readonly maxBytes?: number
  /** Begins a new file with the first line of a new local day or hour. */
  readonly every?: RotateEvery
}

/** A finished file goes as soon as one of these asks for it. The file being written never does. */
export interface RetainOptions {
  /** Most finished files, beside the one being written. */
  readonly maxFiles?: number
  /** Longest time since the last line of a file, in milliseconds. */
  readonly maxAgeMs?: number
  /** The same in days of 24 hours. */
  readonly maxAgeDays?: number
  /** Most bytes of all files together; the one being written counts as `rotate.maxBytes` when that is more. */
  readonly maxTotalBytes?: number
}

/** Where files go. */
export type FileTarget =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'directory'; readonly dir: string; readonly prefix: string }

/** `RetainOptions` with nothing optional; `Infinity` asks for nothing. */
export interface RetainSettings {
  readonly maxFiles: number
  readonly maxAgeMs: number
  readonly maxTotalBytes: number
}

/** Options after checks and defaults. */
export interface FileSettings {
  readonly name: string
  readonly target: FileTarget
  readonly format: 'json' | 'text' | FileFormat
  readonly rotate: { readonly maxBytes: number; readonly every: RotateEvery | undefined }
  readonly retain: RetainSettings
  readonly compress: boolean
  /** Path of the link. */
  readonly latest: string | undefined
  readonly mode: number
  /** Whether `mode` holds whatever the umask. */
  readonly isModeExact: boolean
  readonly directoryMode: number
  readonly fsync: FsyncPolicy
  readonly fsyncIntervalMs: number
  readonly reopenOnSighup: boolean
  /** How many of the last bytes a writer that was killed may have written and not acknowledged. */
  readonly doubtBytes: number
}
