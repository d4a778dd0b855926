import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { JobFile } from './batch.js'

const LARGE_BYTES = 24 << 10

/** What the job needs of a logger. */
export interface JobLog {
  debug(message: string, fields?: object): unknown
  info(message: string, fields?: object): unknown
  warning(message: string, fields?: object): unknown
  error(message: string, error: Error, fields?: object): unknown
}

/** Returns the bytes saved, or `undefined` when the file could not be compressed. */
export function compress({ index, path }: JobFile, target: string, log: JobLog): number | undefined {
  log.debug('reading')
  try {
    const input = readFileSync(path)
    const output = gzipSync(input)
    writeFileSync(join(target, `${index}-${basename(path)}.gz`), output)
    const fields = { bytes: input.length, compressed: output.length }
    if (output.length > input.length) log.warning('grew instead of shrinking', fields)
    else if (input.length >= LARGE_BYTES) log.info('compressed', fields)
    else log.debug('compressed', fields)
    return input.length - output.length
  } catch (cause) {
    log.error('could not compress', new Error(`Cannot compress ${basename(path)}`, { cause }))
    return undefined
  }
}
