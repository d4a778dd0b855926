import { dirname, relative } from 'node:path'
import { renameSurely } from './surely.js'
import type { FileTransport } from './transport.js'

/** Between the name of the link and something random: a link that a crash left behind. */
export const LINK_MARK = '.tmp-'

/**
 * Makes `link` lead to `target`, in one step: a reader sees the old file or the new one, never none.
 * Takes the place of a link only; a file or a directory of that name is somebody's and stays.
 */
export function pointLatest(transport: FileTransport, link: string, target: string): void {
  const present = transport.linkStatus(link)
  if (present !== undefined && present.kind !== 'link') {
    throw new Error(
      `Expected \`${link}\` to be a link or absent, got a ${present.kind}. Remove it, or give \`latest\` another name.`,
    )
  }
  const temporary = `${link}${LINK_MARK}${transport.uniqueSuffix()}`
  try {
    transport.symlink(relative(dirname(link), target), temporary)
    renameSurely(transport, temporary, link)
  } catch (error) {
    // its name is nobody else's
    if (transport.linkStatus(temporary) !== undefined) transport.remove(temporary)
    throw error
  }
}
