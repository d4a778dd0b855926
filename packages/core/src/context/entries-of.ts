import { thrownText } from '../encode/thrown.js'

/** Fields beyond it are not even read, for each is copied and merged. Far more than a limit shows: the event says that there were more. */
const MAX_ENTRIES = 2000

/**
 * The own fields of what a caller binds. What throws when it is read becomes a mark: binding never fails, because the function that is to run
 * inside matters more than its context.
 */
export function entriesOf(fields: unknown): readonly (readonly [key: string, value: unknown])[] {
  if (typeof fields !== 'object' || fields === null) return []
  if (ArrayBuffer.isView(fields)) return [['value', fields]]
  try {
    return readAll(fields)
  } catch (thrown) {
    // a proxy that does not even tell its keys
    return [['value', thrownText(thrown)]]
  }
}

function readAll(fields: object): readonly (readonly [key: string, value: unknown])[] {
  const entries: (readonly [string, unknown])[] = []
  for (const key in fields) {
    if (!Object.hasOwn(fields, key)) continue
    if (entries.push([key, readValue(fields, key)]) >= MAX_ENTRIES) break
  }
  return entries
}

function readValue(fields: object, key: string): unknown {
  try {
    return (fields as Readonly<Record<string, unknown>>)[key]
  } catch (thrown) {
    // the mark is the report: nobody has been given one yet where contexts are made
    return thrownText(thrown)
  }
}

/** An object whose fields can be merged with others. A proxy that cannot be asked is none. */
export function isMergeable(value: unknown): value is object {
  try {
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    // revoked: the encoder says so in its place
    return false
  }
}
