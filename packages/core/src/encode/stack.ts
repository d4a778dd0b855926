import { cutText } from './cut.js'

const FRAME = /^\s+at /
/** Stacks can be any text; more is not split into lines. */
const MAX_READ_CHARS = 1 << 20

/** A stack in two: the head, which repeats the message, and the frames. */
export interface Stack {
  readonly head: string
  /** With a line end before each. */
  readonly frames: string
  readonly framesRemoved: number
}

/** Keeps the first and the last half of the frames, with a line that tells how many are missing between them. */
export function readStack(stack: string, maxFrames: number): Stack {
  const text = stack.length > MAX_READ_CHARS ? cutText(stack, MAX_READ_CHARS) : stack
  const lines = text.split('\n')
  let first = lines.length
  while (first > 1 && FRAME.test(lines[first - 1] as string)) first--
  const head = lines.slice(0, first).join('\n')
  const frames = lines.slice(first)
  const framesRemoved = frames.length - maxFrames
  if (framesRemoved <= 0) return { head, frames: joined(frames), framesRemoved: 0 }
  const kept = Math.ceil(maxFrames / 2)
  const rest = frames.slice(frames.length - (maxFrames - kept))
  return { head, frames: joined([...frames.slice(0, kept), `    … ${framesRemoved} frames left out …`, ...rest]), framesRemoved }
}

function joined(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `\n${lines.join('\n')}`
}
