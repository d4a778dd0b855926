/** Stands where text was cut off. */
export const CUT_MARK = '…[truncated]'

/**
 * So much of a text beyond its limit is looked at for secrets before it is cut, so that half of a secret at the cut is still known
 * as one. No form that is known needs more characters to be recognised.
 */
export const LOOK_AHEAD_CHARS = 1024

/** The first `max` UTF-16 units at most, never half of a surrogate pair. */
export function head(text: string, max: number): string {
  if (max <= 0) return ''
  if (text.length <= max) return text
  const last = text.charCodeAt(max - 1)
  const splitsPair = last >= 0xd800 && last <= 0xdbff
  return text.slice(0, splitsPair ? max - 1 : max)
}

/** A text that was cut, with the mark, in `max` UTF-16 units at most. */
export function cutText(text: string, max: number): string {
  return max <= CUT_MARK.length ? CUT_MARK.slice(0, max) : head(text, max - CUT_MARK.length) + CUT_MARK
}
