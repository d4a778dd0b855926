import { appendFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { SpoolSettings } from '../options.js'

const NAME = 'refused.jsonl'
/** Of `spool.maxBytes`, so much may be messages that were refused for good. */
const SHARE = 1 / 8

/** Where they are kept, beside the spool's own files. */
export function refusedPath(dir: string): string {
  return join(dir, NAME)
}

/**
 * Keeps messages that the server will never take, a line each. Nothing is removed: when their share is used up, further ones are only counted.
 *
 * @throws when the disk does not take them
 */
export async function keepRefused({ dir, maxBytes }: SpoolSettings, messages: readonly string[]): Promise<void> {
  const path = refusedPath(dir)
  const { size } = await stat(path).catch(() => ({ size: 0 }))
  let room = maxBytes * SHARE - size
  const lines = messages
    .map((message) => `${message}\n`)
    .filter((line) => {
      room -= Buffer.byteLength(line)
      return room >= 0
    })
  if (lines.length > 0) await appendFile(path, lines.join(''), { mode: 0o600 })
}
