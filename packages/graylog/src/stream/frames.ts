import type { Block } from './unconfirmed.js'

/** Ends a message; JSON has no NUL. */
const END = '\0'
/** Large enough that the cost of a write does not matter, small enough to know how far a batch came. */
const BLOCK_CHARS = 65_536

/** Messages as GELF over TCP has them, in blocks that hold whole ones. */
export function framesOf(messages: readonly string[]): readonly Block[] {
  const blocks: Block[] = []
  let text = ''
  let count = 0
  for (const message of messages) {
    text += message + END
    count++
    if (text.length < BLOCK_CHARS) continue
    blocks.push({ bytes: Buffer.from(text), messages: count })
    text = ''
    count = 0
  }
  if (count > 0) blocks.push({ bytes: Buffer.from(text), messages: count })
  return blocks
}
