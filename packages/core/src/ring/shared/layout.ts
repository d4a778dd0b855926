import { DropCounts } from '../../lane/drop-counts.js'

/**
 * A ring that others can read: one region of memory with a header before the segments. The region is a SharedArrayBuffer (writer
 * thread), a mapped file (writer process), or a file that is written and read piece by piece (where nothing can be mapped).
 *
 * ```
 *  0         4096                  52 Ki         84 Ki                        headerBytes
 *  | control | a block per lane    | told        | a row per segment          | segment 0 | segment 1 | …
 *    words,    where the writer is   what the      base, used, events           frames as everywhere
 *    doubles,                        writer has
 *    identity                        to say
 * ```
 *
 * Numbers are in the machine's byte order. Positions in words count in units of 8 bytes and keep their low 32 bits: whoever reads
 * them is never further away than that.
 */
export const WIRE_VERSION = 1
export const MAGIC = 0x48_46_52_31

/**
 * Indexes into an `Int32Array` over the region. Every access to those that change is atomic. The first are the producer's to write, those
 * from `read` on the writer's: in a file that is written piece by piece neither may overwrite what the other one says.
 */
export const CONTROL = {
  magic: 0,
  version: 1,
  headerBytes: 2,
  segmentBytes: 3,
  segments: 4,
  flags: 5,
  /** Position behind the last published frame: the one word that makes frames visible. */
  published: 6,
  /** The value of `published` after the last event that must not wait: ERROR and above. */
  urgent: 7,
  flushRequest: 8,
  treeFlushRequest: 9,
  /** One of `STATE`. */
  state: 10,
  exitCode: 11,
  toldRead: 12,
  /** Index of the segment that frames go to. */
  newest: 13,
  identityBytes: 14,
  reopenRequest: 15,

  /** What is before it no longer counts as unread. */
  read: 96,
  /** Segments that end before it may be used again. */
  free: 97,
  /** The ring is drained and its writer will not look at it again. */
  drained: 98,
  toldWritten: 99,
  toldLost: 100,
  /** The epoch of the writer that owns it. */
  epoch: 101,
  /** That its producer is gone was told. */
  buried: 102,
  /** Low 32 bits of how many events stand before `read`. */
  readEvents: 103,
} as const

/** Indexes into a `Float64Array` over the region: what the producer counts. */
export const NUMBER = {
  events: 16,
  calls: 17,
  belowLevel: 18,
  /** Milliseconds since 1970 of the producer's last sign of life, ten times a second while its loop runs. */
  seenAt: 19,
  refused: 20,
  emitted: 28,
} as const

/** The pieces of the control page that belong to the producer and to the writer. */
export const PRODUCER_BYTES = 384
export const WRITER_AT = 384
export const WRITER_BYTES = 128

/** What became of the producer. */
export const STATE = {
  open: 0,
  detached: 1,
  exited: 2,
  /** It will not look at the ring any more: the memory may be somebody else's. */
  released: 3,
} as const

/** Frames are checked with all their texts: for files that are read while they are written. */
export const FLAG_FULL_CHECK = 1

/** Written anew by a writer that has looked at every text in it: a ring of the dead, of which only what is needed is kept. */
export const FLAG_CHECKED = 2

export const IDENTITY_AT = 512
export const IDENTITY_BYTES: number = 4096 - IDENTITY_AT

export const LANES_AT = 4096
export const LANE_BYTES = 2048
export const MAX_LANES = 24

/** Words at the beginning of a lane's block. */
export const LANE = {
  /** How often its numbers were published; its lowest bit says which of the two copies holds. */
  published: 0,
  /** Index into `LANE_STATES`. */
  state: 1,
  flushed: 2,
  treeFlushed: 3,
} as const
export const LANE_STATES = ['ok', 'degraded', 'down', 'closed', 'quarantined', 'starting'] as const
/** Offset of the first copy of a lane's numbers, and the size of a copy. */
export const LANE_COPY_AT = 64
export const LANE_COPY_BYTES = 480
/** Offset of what the lane's adapter says of itself, as JSON behind its length. */
export const LANE_TEXT_AT: number = LANE_COPY_AT + 2 * LANE_COPY_BYTES
export const LANE_TEXT_BYTES: number = LANE_BYTES - LANE_TEXT_AT
/** Doubles of a copy. */
export const LANE_NUMBER = {
  acknowledged: 0,
  taken: 1,
  delivered: 2,
  filtered: 3,
  redelivered: 4,
  /** Events and bytes that only the writer's spill still has. */
  spilledEvents: 5,
  spilledBytes: 6,
  spilledEnd: 7,
  dropped: 8,
} as const
export const LANE_NUMBERS: number = LANE_NUMBER.dropped + DropCounts.LENGTH

export const TOLD_AT: number = LANES_AT + MAX_LANES * LANE_BYTES
export const TOLD_BYTES: number = 32 << 10

export const ROWS_AT: number = TOLD_AT + TOLD_BYTES
export const ROW_BYTES = 32
/** Doubles of a segment's row. */
export const ROW = { base: 0, used: 1, events: 2, eventsBefore: 3 } as const

/** Where the first segment begins. */
export function headerBytes(segments: number): number {
  return ROWS_AT + ((segments * ROW_BYTES + 4095) & ~4095)
}

/** Of a whole region. */
export function regionBytes(segments: number, segmentBytes: number): number {
  return headerBytes(segments) + segments * segmentBytes
}
