import type { Bag } from './walk.js'
import type { Walker } from './walker.js'

/** Context fields with a place of their own, in the order of the canonical line, and what they are called there. */
const TEXT_FIELDS: readonly (readonly [field: string, key: string])[] = [
  ['service', 'service'],
  ['environment', 'environment'],
  ['jobId', 'job_id'],
  ['requestId', 'request_id'],
  ['userId', 'user_id'],
  ['userName', 'user_name'],
  ['hostname', 'hostname'],
]
const KNOWN: ReadonlySet<string> = new Set([...TEXT_FIELDS.map(([field]) => field), 'processId', 'processIdChain', 'extra'])
/** Most process ids of a chain; the newest are kept. */
const MAX_CHAIN = 8

/** The `context` object of an event. `begin` was called; null and undefined are absent keys. */
export function encodeContext(walker: Walker, fields: Bag): string {
  const read = (source: object, key: string): unknown => walker.attempt('getter', () => (source as Bag)[key])
  const parts: string[] = []
  for (const [field, key] of TEXT_FIELDS) {
    const text = textOf(walker, read(fields, field))
    if (text !== '') parts.push(`"${key}":${text}`)
  }
  const processId = read(fields, 'processId')
  if (isId(processId)) parts.push(`"process_id":${processId}`)
  const chain = read(fields, 'processIdChain')
  if (Array.isArray(chain)) {
    const ids = chain.slice(-MAX_CHAIN).filter(isId)
    if (ids.length > 0) parts.push(`"process_id_chain":[${ids.join(',')}]`)
  }
  const extra = walker.object(gatherExtra(fields, read), 0)
  if (extra !== '{}') parts.push(`"extra":${extra}`)
  return `{${parts.join(',')}}`
}

function textOf(walker: Walker, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return walker.text(value)
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return walker.text(String(value))
  const json = walker.value(value, 1)
  return json.startsWith('"') ? json : walker.text(json)
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** All unknown keys; those of an explicit `extra` object stand for themselves, unless a key beside it says otherwise. */
function gatherExtra(fields: Bag, read: (source: object, key: string) => unknown): object {
  const bag: Record<string, unknown> = Object.create(null)
  const explicit = read(fields, 'extra')
  if (typeof explicit === 'object' && explicit !== null && !Array.isArray(explicit)) copy(explicit)
  else if (explicit !== undefined && explicit !== null) bag['extra'] = explicit
  copy(fields)
  return bag

  function copy(source: object): void {
    for (const key in source) {
      if (!Object.hasOwn(source, key) || (source === fields && KNOWN.has(key))) continue
      const value = read(source, key)
      if (value !== undefined && value !== null) bag[key] = value
    }
  }
}
