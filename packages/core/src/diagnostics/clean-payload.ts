import type { ScrubSettings } from '../config/settings.js'
import { LOOK_AHEAD_CHARS } from '../encode/cut.js'
import { Texts } from '../encode/texts.js'
import { Scrub } from '../stages/scrub/scrub.js'

/** Texts in diagnostics are not longer. */
const MAX_CHARS = 300
/** So much of an error's text is kept for scrubbing, so that half of a secret at the cut is known as one. */
export const DESCRIBED_MAX_CHARS: number = MAX_CHARS + LOOK_AHEAD_CHARS

/** Takes secrets out of what the runtime says about itself: errors of adapters and stages, names of loggers. */
export type CleanPayload = <T>(payload: T) => T

export function payloadCleaner(settings: ScrubSettings | false): CleanPayload {
  const texts = new Texts(settings === false ? undefined : new Scrub(settings))
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return texts.clean(value, MAX_CHARS)
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map(clean)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [texts.clean(key, MAX_CHARS), clean(item)]))
  }
  // texts stay texts, and shapes stay shapes
  return clean as CleanPayload
}

/** What steers a terminal or turns its reading direction, beside the C0 controls that JSON escapes anyway. */
const STEERING = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** JSON text that is harmless on a terminal. */
export function printable(json: string): string {
  return json.replace(STEERING, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
