import { isMissing } from './error-code.js'
import type { FileStatus, FileTransport } from './transport.js'

/*
 * An error does not say that nothing happened: NFS and FUSE report the first, successful attempt of a request that they sent twice. After a
 * failure it is looked what stands there, and nothing is removed without proof of what it is.
 */

/** Renames; that it is done counts, whatever is reported. */
export function renameSurely(transport: FileTransport, from: string, to: string): void {
  const moved = transport.linkStatus(from)
  try {
    transport.rename(from, to)
  } catch (error) {
    if (!isSame(lookAgain(transport, to), moved)) throw error
  }
}

/** The same without holding up the thread. */
export async function renameSurelyLater(transport: FileTransport, from: string, to: string): Promise<void> {
  const moved = await transport.linkStatusLater(from)
  try {
    await transport.renameLater(from, to)
  } catch (error) {
    if (!isSame(lookAgain(transport, to), moved)) throw error
  }
}

/** Removes a file if it still is the one that it was, unchanged; that somebody else has done it is fine. */
export async function removeSame(
  transport: FileTransport,
  path: string,
  known: Pick<FileStatus, 'identity' | 'size'>,
): Promise<void> {
  const status = await transport.linkStatusLater(path)
  if (isSame(status, known) && status?.size === known.size) await removeIfThere(transport, path)
}

/** Removes what has a name that is nobody else's; that somebody else has done it is fine. */
export async function removeIfThere(transport: FileTransport, path: string): Promise<void> {
  try {
    await transport.removeLater(path)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

/** Takes back an empty file that was made for nothing. It stays where that fails: it harms nobody, and the failure before is the one to tell. */
export function removeEmpty(transport: FileTransport, path: string, identity: string): void {
  try {
    const status = transport.linkStatus(path)
    if (status?.identity === identity && status.size === 0) transport.remove(path)
  } catch {
    // see above
  }
}

function isSame(status: FileStatus | undefined, known: Pick<FileStatus, 'identity'> | undefined): boolean {
  return status !== undefined && status.identity === known?.identity
}

function lookAgain(transport: FileTransport, path: string): FileStatus | undefined {
  try {
    return transport.linkStatus(path)
  } catch {
    return undefined // nothing is known then, and the failure before is the one to tell
  }
}
