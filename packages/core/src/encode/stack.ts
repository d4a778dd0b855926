import { cutText } from './cut.js'

/** Stacks can be any text; more is not looked at. That is a thousand frames and more. */
const MAX_READ_CHARS = 1 << 17

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
  // from the end: a message may hold lines that look like frames, and those are not code
  let first = text.length
  let count = 0
  for (;;) {
    const lineEnd = text.lastIndexOf('\n', first - 1)
    if (first === 0 || lineEnd < 0 || !isFrame(text, lineEnd + 1, first)) break
    first = lineEnd
    count++
  }
  const head = text.slice(0, first)
  const framesRemoved = count - maxFrames
  if (framesRemoved <= 0) return { head, frames: text.slice(first), framesRemoved: 0 }
  const frames = text.slice(first + 1).split('\n')
  const kept = Math.ceil(maxFrames / 2)
  const lines = [
    ...frames.slice(0, kept),
    `    … ${framesRemoved} frames left out …`,
    ...frames.slice(count - (maxFrames - kept)),
  ]
  return { head, frames: `\n${lines.join('\n')}`, framesRemoved }
}

/** `    at run (file.js:10:5)`: what ends otherwise is text that someone wrote, and is scrubbed as such. */
function isFrame(text: string, start: number, end: number): boolean {
  let i = start
  while (text.charCodeAt(i) === 32) i++
  return i > start && text.startsWith('at ', i) && LOCATION_END.test(text.slice(Math.max(i, end - MAX_LOCATION_CHARS), end))
}

const MAX_LOCATION_CHARS = 40
/** `:10:5`, `(<anonymous>)`, `(index 0)`, `(native)`, `:0x1a` of WebAssembly. */
const LOCATION_END = /(?::\d+|<anonymous>|index \d+|native|:0x[0-9a-f]+)\)?\s*$/
