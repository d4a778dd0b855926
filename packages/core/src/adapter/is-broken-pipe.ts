const BROKEN: ReadonlySet<string> = new Set([
  'EPIPE',
  'EBADF',
  'ECONNRESET',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
])

/** Whether the code of an error means that nobody will read there any more. */
export function isBrokenPipe(code: string | undefined): boolean {
  return code !== undefined && BROKEN.has(code)
}
