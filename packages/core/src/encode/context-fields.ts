import { isMergeable } from '../context/entries-of.js'
import type { Bag, Walk } from './walk.js'

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
export function encodeContext(walker: Walk, fields: Bag): string {
  const read = (source: object, key: string): unknown => walker.attempt('getter', () => (source as Bag)[key])
  const parts: string[] = []
  for (const [field, key] of TEXT_FIELDS) {
    const text = textOf(walker, read(fields, field))
    if (text !== '') parts.push(`"${key}":${text}`)
  }
  const processId = read(fields, 'processId')
  if (isId(processId)) parts.push(`"process_id":${processId}`)
  const ids = walker.attempt('other', () => newestIds(read(fields, 'processIdChain')))
  if (Array.isArray(ids) && ids.length > 0) parts.push(`"process_id_chain":[${ids.join(',')}]`)
  const extra = walker.entries(gatherExtra(walker, fields, read), 0)
  if (extra !== '{}') parts.push(`"extra":${extra}`)
  return `{${parts.join(',')}}`
}

function textOf(walker: Walk, value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return walker.text(value)
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return walker.text(String(value))
  const json = walker.value(value, 1)
  return json === '' || json.startsWith('"') ? json : walker.text(json)
}

function newestIds(chain: unknown): readonly number[] {
  return Array.isArray(chain) ? [...Array.prototype.slice.call(chain, -MAX_CHAIN)].filter(isId) : []
}

function isId(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** All unknown keys; those of an explicit `extra` object stand for themselves, unless a key beside it says otherwise. */
function gatherExtra(walker: Walk, fields: Bag, read: (source: object, key: string) => unknown): object {
  const bag: Record<string, unknown> = Object.create(null)
  const explicit = read(fields, 'extra')
  if (isMergeable(explicit)) walker.attempt('proxy', () => copy(explicit))
  else if (explicit !== undefined && explicit !== null) bag['extra'] = explicit
  copy(fields)
  return bag

  function copy(source: object): void {
    for (const key in source) {
      if (!Object.hasOwn(source, key) || (source === fields && KNOWN.has(key))) continue
      const value = read(source, key)
      // a context is merged of many objects: none of them speaks for the others
      if (value === undefined || value === null || (key === 'toJSON' && typeof value === 'function')) continue
      bag[key] = value
    }
  }
}
