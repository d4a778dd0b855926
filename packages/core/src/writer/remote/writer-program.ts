import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where this file stands in its package, from which it knows the way to the others. */
const OWN_PLACE = '/writer/remote/writer-program.js'

/** Why a writer elsewhere cannot be started from here, and what helps. */
export interface NoProgram {
  readonly reason: string
  readonly cure: string
}

/**
 * Path of the program that a writer elsewhere runs. A bundle has it not beside it, and a single executable cannot run it as a process: then
 * the runtime writes itself.
 */
export function writerProgram(mode: 'thread' | 'process'): string | NoProgram {
  if (mode === 'process' && isSingleExecutable()) {
    const cure = "start it with `node`, or set `queue.worker` to 'thread' and keep `@holdfast/*` outside of the executable"
    return { reason: 'a single executable runs no other program', cure }
  }
  const path = besideThis(`host/${mode}-main.js`)
  if (path !== undefined && existsSync(path)) return path
  const cure = 'keep `holdfast` and `@holdfast/*` out of the bundle (esbuild: `--external:holdfast --external:@holdfast/*`)'
  return { reason: 'its program is not beside this one, as in a bundle', cure }
}

/** Not written as `new URL('…', import.meta.url)`, which bundlers take for a file to copy: it would come without what it imports. */
function besideThis(path: string): string | undefined {
  // a bundle in CommonJS has no URL of its own, one in ESM that of another file
  const own: unknown = import.meta.url
  if (typeof own !== 'string' || !own.endsWith(OWN_PLACE)) return undefined
  return join(dirname(fileURLToPath(own)), '../..', path)
}

function isSingleExecutable(): boolean {
  const sea = process.getBuiltinModule('node:sea') as { readonly isSea: () => boolean } | undefined
  return sea?.isSea() === true
}
