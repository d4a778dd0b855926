/** Names of ours, without their underscore, and those that the server uses for itself. No caller gets one of them. */
const RESERVED: ReadonlySet<string> = new Set([
  // Graylog takes these for its own, drops them, or lets them replace the message
  ...['id', 'version', 'host', 'source', 'message', 'short_message', 'full_message', 'timestamp', 'level', 'streams'],
  ...['level_name', 'logger', 'event_id', 'event_name', 'origin', 'seq', 'trace_id', 'span_id', 'trace_flags'],
  ...['code_file', 'code_line', 'code_function', 'error_type', 'error_message', 'error_code', 'more_fields', 'truncated'],
  ...['service', 'environment', 'job_id', 'request_id', 'user_id', 'user_name', 'hostname', 'process_id', 'process_id_chain'],
])
const SERVER_PREFIX = 'gl2_'
const NAME_MAX_CHARS = 200
const KNOWN_MAX = 2000

const known = new Map<string, string>()

/**
 * The name of a user's key as a GELF field, without its underscore: letters, digits, `_` and `-` of ASCII. A dot becomes `_` here,
 * as it would on the server, where `a.b` and `a_b` would then be one field.
 */
export function legalName(key: string): string {
  const found = known.get(key)
  if (found !== undefined) return found
  const name =
    key
      .replace(/[^A-Za-z0-9_-]/g, '_')
      // the server takes one underscore off; what begins with another one is refused by its index
      .replace(/^_+/, '')
      .slice(0, NAME_MAX_CHARS) || 'field'
  if (known.size < KNOWN_MAX && key.length <= NAME_MAX_CHARS) known.set(key, name)
  return name
}

/** Gives each field of one message a name that no other has, and that is none of ours. */
export class FieldNames {
  readonly #taken = new Set<string>()

  /** @param part `extra`, `context` or `error`: what a name that is taken gets in front */
  claim(name: string, part: string): string {
    if (this.#isFree(name)) return this.#take(name)
    const qualified = `${part}_${name}`
    let candidate = qualified
    for (let count = 2; !this.#isFree(candidate); count++) candidate = `${qualified}_${count}`
    return this.#take(candidate)
  }

  #isFree(name: string): boolean {
    return !this.#taken.has(name) && !RESERVED.has(name) && !name.startsWith(SERVER_PREFIX)
  }

  #take(name: string): string {
    this.#taken.add(name)
    return name
  }
}
