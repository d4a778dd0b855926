/** Journald drops a field with a longer name, without a word. */
const NAME_MAX_CHARS = 64
/** Bound on remembered keys; a caller that invents more gets them worked out each time. */
const REMEMBERED_KEYS = 1000

/** Names that the adapter gives itself, or that journald and its tools give a meaning. */
const RESERVED: ReadonlySet<string> = new Set([
  ...['MESSAGE', 'MESSAGE_ID', 'PRIORITY', 'LEVEL', 'LOGGER', 'EVENT_ID', 'EVENT_NAME', 'TIMESTAMP', 'ORIGIN', 'SEQ'],
  ...['SERVICE', 'ENVIRONMENT', 'JOB_ID', 'REQUEST_ID', 'USER_ID', 'USER_NAME', 'HOSTNAME', 'PROCESS_ID', 'PROCESS_ID_CHAIN'],
  ...['TRACE_ID', 'SPAN_ID', 'TRACE_FLAGS', 'ERRNO', 'TID', 'UNIT', 'USER_UNIT', 'INVOCATION_ID', 'USER_INVOCATION_ID'],
])
/** `OBJECT_` and `COREDUMP_` name the unit of somebody else; `journalctl -u` believes them when root sends them. */
const RESERVED_PREFIX = /^(?:SYSLOG|CODE|ERROR|OBJECT|COREDUMP)_/

/** Where a key comes from: what stands before its name when the plain name is not to be had. */
export type KeySource = 'CONTEXT_' | 'EXTRA_'

/** Gives the keys of one entry names that journald accepts, each its own. */
export class FieldNames {
  readonly #used = new Set<string>()

  /** Forgets the names of the last entry. */
  begin(): void {
    if (this.#used.size > 0) this.#used.clear()
  }

  claim(key: string, source: KeySource): string {
    const name = fieldName(key, source)
    if (this.#take(name)) return name
    const prefixed = name.startsWith(source) ? name : cut(source + name)
    if (this.#take(prefixed)) return prefixed
    for (let count = 2; ; count++) {
      const suffix = `_${count}`
      const numbered = prefixed.slice(0, NAME_MAX_CHARS - suffix.length) + suffix
      if (this.#take(numbered)) return numbered
    }
  }

  #take(name: string): boolean {
    if (this.#used.has(name)) return false
    this.#used.add(name)
    return true
  }
}

const REMEMBERED: Readonly<Record<KeySource, Map<string, string>>> = { CONTEXT_: new Map(), EXTRA_: new Map() }

function fieldName(key: string, source: KeySource): string {
  const remembered = REMEMBERED[source]
  const known = remembered.get(key)
  if (known !== undefined) return known
  const name = legalName(key, source)
  if (remembered.size < REMEMBERED_KEYS) remembered.set(key, name)
  return name
}

/** Upper case letters, digits and underscores, beginning with a letter: anything else journald drops. */
function legalName(key: string, source: KeySource): string {
  const name = key
    .slice(0, NAME_MAX_CHARS)
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/[^A-Z0-9_]/g, '_')
  const isFree = /^[A-Z]/.test(name) && !RESERVED.has(name) && !RESERVED_PREFIX.test(name)
  return isFree ? name : cut(source + name)
}

function cut(name: string): string {
  return name.slice(0, NAME_MAX_CHARS)
}
