import { isMissing } from './error-code.js'
import { GZIP_SUFFIX, UNFINISHED_MARK } from './names.js'
import type { FileTransport } from './transport.js'

/**
 * Replaces a finished file by its gzip copy. A crash at any step leaves the plain file, the whole copy, or both with the same content;
 * doing it again ends the same way. A file that changed meanwhile is left as it is: its writer was not done.
 */
export async function compressFile(transport: FileTransport, path: string, signal: AbortSignal): Promise<void> {
  const temporary = `${path}${UNFINISHED_MARK}${transport.uniqueSuffix()}`
  try {
    const before = await transport.linkStatusLater(path)
    if (before?.kind !== 'file') return
    await transport.gzipLater(path, temporary, signal)
    const after = await transport.linkStatusLater(path)
    if (after?.size !== before.size || after.mtimeMs !== before.mtimeMs) return await removeIfThere(transport, temporary)
    await transport.renameLater(temporary, path + GZIP_SUFFIX)
    await removeIfThere(transport, path)
  } catch (error) {
    await removeIfThere(transport, temporary)
    // another process compressed the same file first
    if (!isMissing(error)) throw error
  }
}

/** Removes a file; that somebody else has done it is fine. */
export async function removeIfThere(transport: FileTransport, path: string): Promise<void> {
  try {
    await transport.removeLater(path)
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
