import { closeSync, constants, fstatSync, openSync } from 'node:fs'

/** What stands in the place of a file of ours is something else: a directory, a pipe, a socket, a device or a link. */
export class NotRegular extends Error {
  override readonly name = 'NotRegular'
  readonly code = 'HOLDFAST_NOT_A_FILE'

  constructor(path: string) {
    super(`Expected \`${path}\` to be a file, got something else.`)
  }
}

/** A file that is open, and its size in bytes at that moment. */
export interface OpenRegular {
  readonly fd: number
  readonly size: number
}

/**
 * Opens a file that must be one: follows no link, and waits for no pipe.
 *
 * @throws NotRegular for anything else; the error of the system
 */
export function openRegular(path: string, access: 'read' | 'update'): OpenRegular {
  const flags = access === 'read' ? constants.O_RDONLY : constants.O_RDWR
  const fd = open(path, flags | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = fstatSync(fd)
    if (stats.isFile()) return { fd, size: stats.size }
  } catch (error) {
    closeSync(fd)
    throw error
  }
  closeSync(fd)
  throw new NotRegular(path)
}

function open(path: string, flags: number): number {
  try {
    return openSync(path, flags)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    // a link, a pipe without a reader or a socket, a directory that was to be written
    if (['ELOOP', 'EMLINK', 'ENXIO', 'EISDIR', 'ENODEV', 'EOPNOTSUPP'].includes(code)) throw new NotRegular(path)
    throw error
  }
}
