import type { LineBlock } from '@holdfast/api'
import type { Lane } from '../lane/lane.js'
import { LineBatch, NoticeBatch } from '../lane/line-batch.js'
import { LineArena } from '../ring/line-arena.js'
import type { FrameReader } from '../ring/reader.js'
import type { Ring } from '../ring/ring.js'

export interface LineDeliveryParts {
  readonly ring: Ring
  readonly reader: FrameReader
  readonly origin: string
}

/** Serves lanes whose adapter takes lines as bytes: from the ring's memory into a block, from the block to the adapter. */
export class LineDelivery {
  readonly #parts: LineDeliveryParts
  readonly #arena: LineArena
  readonly #batch: LineBatch

  constructor(parts: LineDeliveryParts) {
    this.#parts = parts
    this.#arena = new LineArena(parts.origin)
    this.#batch = new LineBatch(this.#arena)
  }

  /** Delivers up to a position, or until the lane has to pause. */
  serve(lane: Lane, end: number): void {
    const { ring, reader } = this.#parts
    for (;;) {
      if (lane.drops.hasUntold && !this.#tell(lane)) return
      if (lane.position >= end) return
      // nothing to write, or only losses that the adapter must be told of: back to the top, which ends it or tells them
      if (!this.#batch.fill(lane, ring, reader, end)) continue
      try {
        write(lane, this.#arena)
        lane.succeeded(this.#batch, this.#batch.length)
      } catch (error) {
        if (lane.failed(error, this.#batch) === 'paused') return
      }
    }
  }

  #tell(lane: Lane): boolean {
    const notice = lane.notice()
    if (notice === undefined) return true
    const batch = new NoticeBatch()
    this.#arena.setLine(notice.json, notice.level, notice.time)
    try {
      write(lane, this.#arena)
      lane.succeeded(batch, batch.length)
      return true
    } catch (error) {
      return lane.failed(error, batch) !== 'paused'
    }
  }
}

function write(lane: Lane, lines: LineBlock): void {
  lane.adapter.writeLinesSync?.(lines)
}
