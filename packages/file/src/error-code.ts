import { constants } from 'node:os'

/** The `code` of a system error, else an empty text. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error && 'code' in error && typeof error.code === 'string')) return ''
  return error.code === 'UNKNOWN' ? (nameOfNumber(error) ?? error.code) : error.code
}

/** What happened, for people. */
export function errorReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const name = nameOfNumber(error)
  return name === undefined ? error.message : error.message.replace(/^UNKNOWN: unknown error/, `${name}: system error`)
}

/** Whether an error says that a path does not exist. */
export function isMissing(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

/** Node has no name for some errors that disks do give, as EDQUOT; the number is there. */
function nameOfNumber(error: Error): string | undefined {
  if (!('code' in error && error.code === 'UNKNOWN' && 'errno' in error && typeof error.errno === 'number')) return undefined
  const number = Math.abs(error.errno)
  return Object.entries(constants.errno).find(([, value]) => value === number)?.[0]
}
