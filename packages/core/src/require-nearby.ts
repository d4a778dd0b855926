import { existsSync, realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * A package as this one sees it, or as the application does: in a bundle, or under a strict package manager when only the application depends on it.
 * The folder that the process was started in counts only where Node itself would look there, because no script was named: otherwise whoever runs a
 * command in a strange folder would run that folder's code.
 *
 * @throws when no place has it, or when it cannot be loaded
 */
export function requireNearby(name: string): unknown {
  const failures: unknown[] = []
  for (const place of places()) {
    try {
      // when the last thing that this thread looked at is a pipe, Node resolves no links, and a package does not find its native part
      statSync(place.startsWith('file:') ? fileURLToPath(place) : place, { throwIfNoEntry: false })
      return createRequire(place)(name)
    } catch (error) {
      failures.push(error)
    }
  }
  // one that was found and does not load says more than those that were not found
  throw failures.find((error) => !isNotFound(error, name)) ?? failures[0]
}

/** Nothing of that name, as against a package that lacks a part of its own. */
export function isNotFound(error: unknown, name: string): boolean {
  return error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND' && error.message.includes(`'${name}'`)
}

/** This file, then the main script by the name it was started with and by what that leads to, or else the working directory. */
function* places(): Generator<string> {
  const own: unknown = import.meta.url
  if (typeof own === 'string') yield own // a bundle in CommonJS has none
  const script = process.argv[1]
  if (script === undefined || script === '' || !existsSync(script)) {
    yield join(process.cwd(), 'any.js') // node -e, a REPL
    return
  }
  yield script
  yield realpathSync(script)
}
