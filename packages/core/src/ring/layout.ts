/**
 * Where everything stands in a segment, in bytes. One frame format for every writer; `docs/wire-format.md` has the drawings.
 *
 * ```
 *  segment   | frame | frame | frame | … | unused |        fixed size, decodes alone, a frame never crosses it
 *
 *  frame      0        4        8                16               24               32
 *             | length | kind   | position       | seq            | time           |
 *             32       36       40      44       48       52      56       60      64
 *             | logger | context| message| head  | extra  | error | spare  | check |
 *             64
 *             | head text | extra text | error text | padding to 8 |
 * ```
 *
 * Numbers are in the machine's own byte order. `position` is the full-width position of the frame in the life of the ring, so that
 * a frame of an earlier lap never passes for a new one. `check` is stored last; it is 0 in
 * memory that only one thread can reach.
 */
export const FRAME_HEADER_BYTES = 64

/** Indexes into an `Int32Array` at the frame's first byte. */
export const WORD = {
  length: 0,
  kind: 1,
  logger: 8,
  context: 9,
  message: 10,
  headBytes: 11,
  extraBytes: 12,
  errorBytes: 13,
  spare: 14,
  check: 15,
} as const

/** Indexes into a `Float64Array` at the frame's first byte. */
export const DOUBLE = { position: 1, seq: 2, time: 3 } as const

/** The low byte of the kind word; the level stands in the byte above it, flags in the upper half. */
export const KIND = {
  event: 1,
  /** Defines a logger: head = its name as JSON text, extra = its bound fields as a JSON object or nothing; seq = the number it gets. */
  logger: 2,
  /** Defines a context: head = JSON object. */
  context: 3,
  /** Defines a message: head = JSON string. */
  message: 4,
  /** Explains a gap: head = JSON of `LossNotice`. */
  loss: 5,
  /** Stands for nothing: what was here could not be read, or is needed no more. */
  gap: 6,
} as const

/** Every text of the frame is plain ASCII: it can be read as latin1. */
export const FLAG_ASCII: number = 1 << 16

/** `extra` already holds the logger's bound fields: a field of the call has the same name as one of them. */
export const FLAG_REPLACES_BOUND: number = 1 << 17

/** Frames that touch two pages are checked with their texts, because after a power loss the pages may be of different age. */
export const PAGE_BYTES = 4096

/** What a LOSS frame says. Sequence numbers are inclusive. */
export interface LossNotice {
  readonly from: number
  readonly to: number
  readonly reason: 'queue_full'
  /** Counts by level number. */
  readonly levels: Readonly<Record<string, number>>
}
