import { errorCode } from '../diagnostics/hub.js'

const PASSING: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EIO', 'ENOMEM', 'EAGAIN', 'EINTR'])

/** What the system could not do now, and may be able to do later. */
export function passes(error: unknown): boolean {
  return PASSING.has(errorCode(error))
}
