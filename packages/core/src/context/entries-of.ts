import { thrownText } from '../encode/thrown.js'

/**
 * The own fields of what a caller binds. What throws when it is read becomes a mark: binding never fails, because the function that is to run
 * inside matters more than its context.
 */
export function entriesOf(fields: unknown): readonly (readonly [key: string, value: unknown])[] {
  if (typeof fields !== 'object' || fields === null) return []
  try {
    return Object.entries(fields)
  } catch {
    // one of them throws: which one shows when each is read alone
    return readOneByOne(fields)
  }
}

function readOneByOne(fields: object): readonly (readonly [key: string, value: unknown])[] {
  try {
    return Object.keys(fields).map((key) => [key, readValue(fields, key)])
  } catch (thrown) {
    // a proxy that does not even tell its keys
    return [['value', thrownText(thrown)]]
  }
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
