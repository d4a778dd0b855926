import { isMissing } from './error-code.js'
import { GZIP_SUFFIX, UNFINISHED_MARK } from './names.js'
import { removeIfThere, removeSame, renameSurelyLater } from './surely.js'
import type { FileTransport } from './transport.js'

/**
 * Replaces a finished file by its gzip copy. A crash at any step leaves the plain file, the whole copy, or both with the same content;
 * doing it again ends the same way. A file that changed meanwhile is left as it is: its writer was not done.
 */
export async function compressFile(transport: FileTransport, path: string, signal: AbortSignal): Promise<void> {
  const temporary = `${path}${UNFINISHED_MARK}${transport.uniqueSuffix()}`
  try {
    const before = await transport.linkStatusLater(path)
    // an empty one may be a name that a rotation has reserved, and is about to fill
    if (before?.kind !== 'file' || before.size === 0) return
    await transport.gzipLater(path, temporary, signal)
    const after = await transport.linkStatusLater(path)
    const isSame = after?.identity === before.identity && after.size === before.size && after.mtimeMs === before.mtimeMs
    if (!isSame) return await removeIfThere(transport, temporary)
    await renameSurelyLater(transport, temporary, path + GZIP_SUFFIX)
    await removeSame(transport, path, before)
  } catch (error) {
    await removeIfThere(transport, temporary)
    // another process compressed the same file first
    if (!isMissing(error)) throw error
  }
}
