import { head } from './cut.js'

/** What getters, `toJSON` and the like throw is shown so far. */
const MAX_CHARS = 200

/** The mark for a value that threw when it was read. What was thrown may throw itself. */
export function thrownText(thrown: unknown): string {
  return `[Thrown: ${head(messageOf(thrown), MAX_CHARS)}]`
}

function messageOf(thrown: unknown): string {
  try {
    const message: unknown = typeof thrown === 'object' && thrown !== null && 'message' in thrown ? thrown.message : thrown
    // the text of an object is whatever its own code says, and may be endless
    return typeof message === 'object' || typeof message === 'function' ? 'an object' : String(message)
  } catch {
    // the mark itself is the report; its caller reports `value_unreadable`
    return 'a value that cannot be read'
  }
}
