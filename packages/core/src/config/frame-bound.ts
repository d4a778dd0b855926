import type { LimitSettings } from './settings.js'

/** UTF-8 needs at most three bytes for a UTF-16 unit. */
const UTF8 = 3
/** Texts of a call that `messageMaxChars` bounds: its message and that of its error. */
const MESSAGES = 2
/** Objects that `extraMaxTotalBytes` bounds: `extra` and `context.extra`. */
const EXTRAS = 2
/** Context fields with a place of their own that hold text: service, environment, jobId, requestId, userId, userName, hostname. */
const CONTEXT_TEXTS = 7
/** Header of the frame, names of fields, logger, ids, process ids. */
const FIXED_BYTES = 2048

/** An event may fill this part of a segment. */
export const FRAMES_PER_SEGMENT = 4

/** A limit that the bound grows with. */
export interface FrameShare {
  readonly limit: keyof LimitSettings
  /** Bytes that one more of it can add to an event. */
  readonly bytesPerUnit: number
}

/**
 * A stack counts a byte for each unit, because paths and names of code are in it. What is rarer (a stack in another script, control
 * characters that JSON has to escape, stacks of causes) is left to the encoder, which cuts what exceeds the frame.
 */
export const FRAME_SHARES: readonly FrameShare[] = [
  { limit: 'messageMaxChars', bytesPerUnit: MESSAGES * UTF8 },
  { limit: 'extraMaxTotalBytes', bytesPerUnit: EXTRAS },
  { limit: 'contextMaxValueChars', bytesPerUnit: CONTEXT_TEXTS * UTF8 },
  { limit: 'stackMaxChars', bytesPerUnit: 1 },
]

/** The bytes that an event can take within `limits`, in any script. */
export function frameBound(limits: LimitSettings): number {
  return FRAME_SHARES.reduce((bytes, { limit, bytesPerUnit }) => bytes + limits[limit] * bytesPerUnit, FIXED_BYTES)
}
