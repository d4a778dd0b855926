import type { LineBlock } from '@holdfast/api'
import type { Lane } from '../lane/lane.js'
import { LineBatch, NoticeBatch } from '../lane/line-batch.js'
import { LineArena } from '../ring/line-arena.js'

/** Serves lanes whose adapter takes lines as bytes: from the ring's memory into a block, from the block to the adapter. */
export class LineDelivery {
  readonly #arena: LineArena = new LineArena()
  readonly #batch: LineBatch = new LineBatch(this.#arena)

  /**
   * Delivers up to the end of each of the lane's cursors, or until the lane has to pause, or has to offer one record after the other.
   *
   * @param delivered called after each block
   */
  serve(lane: Lane, delivered?: () => void): void {
    while (lane.takesLines) {
      if (lane.drops.hasUntold && !this.#tell(lane)) return
      if (!lane.isBehind) return
      // nothing to write, or only losses that the adapter must be told of: back to the top, which ends it or tells them
      if (!this.#batch.fill(lane)) continue
      try {
        write(lane, this.#arena)
        lane.succeeded(this.#batch, this.#batch.length)
        delivered?.()
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
