import { readFileSync } from 'node:fs'
import { basename, dirname, extname, join, parse, resolve } from 'node:path'
import { errorCode } from './error-code.js'
import type { FileOptions } from './options.js'

const DEFAULT_DIR = 'logs'
const DEFAULT_PREFIX = 'app'
const PREFIX_MAX_CHARS = 100

/**
 * The same options with an absolute place and a prefix: a later change of the working directory moves nothing,
 * and a writer in another process, which runs another script, writes to the same place. Leaves alone what is not valid.
 */
export function absoluteOptions(options: FileOptions): FileOptions {
  const { path, dir, prefix } = options
  if (path !== undefined) return isName(path) ? { ...options, path: absolute(path, 'path') } : options
  if (dir !== undefined && !isName(dir)) return options
  if (prefix !== undefined && typeof prefix !== 'string') return options
  return {
    ...options,
    dir: absolute(dir ?? DEFAULT_DIR, 'dir'),
    prefix: cleanPrefix(prefix ?? '') || cleanPrefix(programName()) || DEFAULT_PREFIX,
  }
}

function absolute(place: string, option: 'path' | 'dir'): string {
  try {
    return resolve(place)
  } catch (error) {
    // process.cwd() has said no more than `ENOENT: uv_cwd`
    const expected = `Expected \`file.${option}\` \`${place}\` to be relative to a working directory, got one that was removed.`
    throw new Error(`${expected} Give an absolute path.`, { cause: error })
  }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** Letters, digits, `.`, `_` and `-` of any script; never a path, a hidden file or a step upwards. */
export function cleanPrefix(prefix: string): string {
  return prefix
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}._-]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, PREFIX_MAX_CHARS)
}

/** The name of the application without its scope, else that of its script, else nothing. */
export function programName(): string {
  const script = process.argv[1]
  if (script === undefined) return ''
  for (let dir = dirname(resolve(script)); ; dir = dirname(dir)) {
    const name = packageName(join(dir, 'package.json'))
    if (name !== undefined) return name.slice(name.lastIndexOf('/') + 1)
    if (dir === dirname(dir)) return parse(basename(script)).name
  }
}

function packageName(path: string): string | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const isNamed = typeof content === 'object' && content !== null && 'name' in content
    return isNamed && isName(content.name) ? content.name : undefined
  } catch (error) {
    // one that is missing, unreadable or no JSON names nothing
    if (error instanceof SyntaxError || errorCode(error) !== '') return undefined
    throw error
  }
}

/** `app.log` of one process among several that write the same adapter's files: `app.4312.log`. Below a `dir` each file is one's own anyway. */
export function ownPath<O extends { readonly path?: string }>(options: O, instance: string | undefined): O {
  const { path } = options
  if (instance === undefined || path === undefined || path.startsWith('/dev/')) return options
  const extension = extname(path)
  return { ...options, path: `${path.slice(0, path.length - extension.length)}.${instance}${extension}` }
}
