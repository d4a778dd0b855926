import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { cwd, env } from 'node:process'
import { parseEnv } from 'node:util'
import { ConfigError } from './config-error.js'
import { quote } from './describe-value.js'

/** Where `loadEnv` looks, and what wins. */
export interface LoadEnvOptions {
  /** The file itself; no search. It has to be there. */
  readonly path?: string
  /** Directory where the search for `.env` starts. @default the working directory */
  readonly from?: string
  /** Lets the file win over variables that are set already. @default false */
  readonly override?: boolean
}

/** What `loadEnv` found. */
export interface LoadedEnv {
  /** The file that was read; `undefined` when the search found none. */
  readonly path: string | undefined
  /** The variables that were set from it. Their values are not told, because they may be secrets. */
  readonly names: readonly string[]
}

/**
 * Reads a `.env` file into `process.env`. Nothing else reads one: call it before `init`.
 * The search goes up from `from` and takes the first `.env`. It never leaves the project: it ends at the first directory with `.git`,
 * or, where there is none, at the topmost one with a package.json.
 *
 * @example `loadEnv(); init()`
 */
export function loadEnv(options: LoadEnvOptions = {}): LoadedEnv {
  const path = options.path === undefined ? search(options.from ?? cwd()) : existing(options.path)
  if (path === undefined) return { path, names: [] }
  const parsed = parseEnv(readFileSync(path, 'utf8'))
  const names = Object.keys(parsed).filter((name) => options.override === true || env[name] === undefined)
  for (const name of names) env[name] = parsed[name]
  return { path, names }
}

function existing(file: string): string {
  const path = resolve(file)
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) return path
  throw new ConfigError([
    { path: 'loadEnv({ path })', expected: 'a file', got: quote(path), hint: 'Nothing is there, or something else.' },
  ])
}

function search(from: string): string | undefined {
  const start = resolve(from)
  if (statSync(start, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new ConfigError([
      { path: 'loadEnv({ from })', expected: 'a directory', got: quote(start), hint: 'Nothing is there, or something else.' },
    ])
  }
  return projectDirectories(start)
    .map((directory) => join(directory, '.env'))
    .find((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
}

/** From the start upwards to the project's own root; the start alone when nothing says where that is. */
function projectDirectories(start: string): readonly string[] {
  const passed: string[] = []
  let inside = 1
  for (let directory = start; ; directory = dirname(directory)) {
    passed.push(directory)
    if (existsSync(join(directory, '.git'))) return passed
    if (existsSync(join(directory, 'package.json'))) inside = passed.length
    if (dirname(directory) === directory) return passed.slice(0, inside)
  }
}
