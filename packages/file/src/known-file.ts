import type { OpenFile } from './open-file.js'
import type { FileStatus } from './transport.js'

/** So many bytes of its text tell a file from one that got its number after it was gone. */
const BEFORE_BYTES = 64

/** What is kept of a file to know it again, under whatever name. */
export interface KnownFile {
  /** As `FileStatus.identity`. */
  readonly identity: string
  /** As `FileStatus.birthMs`. */
  readonly birthMs: number
  /** Byte up to which the file was written when this was noted. */
  readonly from: number
  /** The last bytes before `from`, each as one character; fewer than there are where the file may not be read. */
  readonly before: string
}

/** What there is to know of an open file now, up to a byte. */
export function know(file: OpenFile, from: number = file.size): KnownFile {
  const { identity, birthMs } = file
  const bytes = Buffer.alloc(Math.min(BEFORE_BYTES, from))
  return { identity, birthMs, from, before: file.read(bytes, from - bytes.length) ? bytes.toString('latin1') : '' }
}

/** Whether a file can be one that is known, as far as its status tells: enough to look into it. */
export function mayBe(status: FileStatus | undefined, known: Pick<KnownFile, 'identity' | 'from'>): boolean {
  return status?.kind === 'file' && inodeOf(status.identity) === inodeOf(known.identity) && status.size >= known.from
}

/**
 * Whether an open file is one that is known. The number alone proves nothing, it is given to the next file at once; the text before `from`
 * does. That of the device may change when the machine or the container starts anew, so it counts only where there is no text yet.
 */
export function isKnown(file: OpenFile, known: KnownFile): boolean {
  const status = file.look()
  if (!mayBe(status, known) || isBornLater(status, known)) return false
  if (known.from === 0) return status.identity === known.identity
  const expected = Buffer.from(known.before, 'latin1')
  if (expected.length < Math.min(BEFORE_BYTES, known.from)) return false
  const found = Buffer.alloc(expected.length)
  return file.read(found, known.from - found.length) && found.equals(expected)
}

/** Reads what a state file says; what an older version wrote says less. */
export function parseKnown(value: object): KnownFile | undefined {
  const { identity, birthMs = 0, from, before = '' } = value as Partial<Readonly<Record<keyof KnownFile, unknown>>>
  if (typeof identity !== 'string' || identity === '' || identity.includes('\0')) return undefined
  if (typeof from !== 'number' || !Number.isSafeInteger(from) || from < 0) return undefined
  if (typeof birthMs !== 'number' || typeof before !== 'string') return undefined
  return { identity, birthMs, from, before }
}

/** Where a system knows no time of birth it gives that of the last change, which then proves nothing. */
function isBornLater({ birthMs, changedMs }: FileStatus, known: KnownFile): boolean {
  return birthMs > 0 && known.birthMs > 0 && birthMs !== changedMs && birthMs !== known.birthMs
}

function inodeOf(identity: string): string {
  return identity.slice(identity.indexOf(':') + 1)
}
