import { FRAME_HEADER_BYTES, PAGE_BYTES, WORD } from './layout.js'

/** How the frames of a ring are checked. */
export interface FrameCheck {
  /**
   * What the check word covers: the header, and the texts when the frame touches two pages; or all of it always, for a frame that is
   * read while it may still be written; or nothing, for memory that nobody else can reach.
   */
  readonly covers: 'none' | 'header' | 'full'
  /** Differs from ring to ring: a frame that another producer has left in this memory is none of this one's. */
  readonly seed: number
}

export const UNCHECKED: FrameCheck = { covers: 'none', seed: 0 }

/** @param isPiecewise the memory is read while it may still be written */
export function checkOf(origin: string, isPiecewise: boolean): FrameCheck {
  let seed = 0x2545f491
  for (let i = 0; i < origin.length; i++) seed = mix(seed, origin.charCodeAt(i))
  return { covers: isPiecewise ? 'full' : 'header', seed }
}

/**
 * The check word of a frame: its header mixed word by word, and its texts too when it touches two pages.
 * Not a cryptographic sum: it tells a whole frame from a torn one, or from one whose pages are of different age.
 *
 * @param words the segment
 * @param offset of the frame in the segment, bytes
 * @param check of the segment
 */
export function checkWord(words: Int32Array, offset: number, { covers, seed }: FrameCheck): number {
  const start = offset >> 2
  const length = words[start] as number
  const crosses = covers === 'full' || ((offset ^ (offset + length - 1)) & ~(PAGE_BYTES - 1)) !== 0
  let mixed = seed ^ length
  for (let i = start + 1; i < start + WORD.check; i++) mixed = mix(mixed, words[i] as number)
  if (crosses) {
    const end = (offset + length) >> 2
    for (let i = start + (FRAME_HEADER_BYTES >> 2); i < end; i++) mixed = mix(mixed, words[i] as number)
  }
  return mixed === 0 ? 1 : mixed
}

function mix(state: number, word: number): number {
  const next = Math.imul(state ^ word, 0x9e3779b1)
  return next ^ (next >>> 15)
}
