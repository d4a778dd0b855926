import { FRAME_HEADER_BYTES, PAGE_BYTES, WORD } from './layout.js'

/**
 * The check word of a frame: its header mixed word by word, and its texts too when it touches two pages.
 * Not a cryptographic sum: it tells a whole frame from a torn one, or from one whose pages are of different age.
 *
 * @param words the segment
 * @param offset of the frame in the segment, bytes
 * @param isFull its texts count wherever it stands
 */
export function checkWord(words: Int32Array, offset: number, isFull: boolean): number {
  const start = offset >> 2
  const length = words[start] as number
  const crosses = isFull || ((offset ^ (offset + length - 1)) & ~(PAGE_BYTES - 1)) !== 0
  let mixed = 0x2545f491 ^ length
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
