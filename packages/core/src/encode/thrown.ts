import { head } from './cut.js'

/** What getters, `toJSON` and the like throw is shown so far. */
const MAX_CHARS = 200

/** The mark for a value that threw when it was read. What was thrown may throw itself. */
export function thrownText(thrown: unknown): string {
  return `[Thrown: ${head(messageOf(thrown), MAX_CHARS)}]`
}

function messageOf(thrown: unknown): string {
  try {
    if (typeof thrown === 'object' && thrown !== null && 'message' in thrown) return String(thrown.message)
    return String(thrown)
  } catch {
    // the mark itself is the report; its caller reports `value_unreadable`
    return 'a value that cannot be read'
  }
}
