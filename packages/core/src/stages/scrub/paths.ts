import type { ScrubSettings } from '../../config/settings.js'
import { escapeUnsafe, quote } from '../../encode/quote.js'
import { isNotFound, requireNearby } from '../../require-nearby.js'
import { type PathRoot, rootOf } from './check-path.js'

type Redact = (copy: Record<string, unknown>) => unknown
type FastRedact = (options: { paths: readonly string[]; censor: string; serialize: false }) => Redact

/**
 * Replaces what `scrub.paths` point at. fast-redact works on a parsed copy of JSON that we wrote: never on an object of the caller, which
 * it would change, and where getters, frozen objects, `toJSON` and Maps make it miss values. Loaded only when there are paths.
 */
export class PathRules {
  readonly #redact = new Map<PathRoot, Redact>()
  readonly #hidden: string
  readonly #hidesMessage: boolean

  /** The paths were checked with `checkPath`. */
  constructor(settings: ScrubSettings) {
    const fastRedact = loadFastRedact()
    this.#hidden = quote(settings.replacement)
    this.#hidesMessage = settings.paths.includes('message')
    for (const root of ['extra', 'error', 'context'] as const) {
      const paths = settings.paths.filter((path) => rootOf(path) === root)
      if (paths.length > 0) this.#redact.set(root, fastRedact({ paths, censor: settings.replacement, serialize: false }))
    }
  }

  /** The JSON of one part of an event with its paths replaced. When that fails nothing of the part is let through. */
  apply(root: PathRoot, json: string): string {
    if (root === 'message') return this.#hidesMessage ? this.#hidden : json
    const redact = this.#redact.get(root)
    if (redact === undefined || json === '') return json
    try {
      const copy: Record<string, unknown> = { [root]: JSON.parse(json) }
      redact(copy)
      return escapeUnsafe(JSON.stringify(copy[root]))
    } catch {
      // fails closed, and says so in the place itself
      return root === 'error' ? `{"type":${this.#hidden},"message":${this.#hidden}}` : `{"value":${this.#hidden}}`
    }
  }
}

function loadFastRedact(): FastRedact {
  try {
    return requireNearby('fast-redact') as FastRedact
  } catch (cause) {
    const why = isNotFound(cause, 'fast-redact')
      ? 'got none: a bundle does not hold it. Install it with `npm install fast-redact`.'
      : 'got one that fails.'
    throw new Error(`Expected the package \`fast-redact\`, which \`scrub.paths\` needs, ${why}`, { cause })
  }
}
