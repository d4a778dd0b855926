import type { LineBlock, LogRecord } from '@holdfast/api'
import { LineArena } from '../ring/line-arena.js'

/** One record as a block of lines, for an adapter that takes nothing else synchronously. Its memory is there when it is needed first. */
export class OneLine {
  #arena: LineArena | undefined

  of({ json, level, time }: LogRecord): LineBlock {
    this.#arena ??= new LineArena()
    this.#arena.setLine(json, level, time)
    return this.#arena
  }
}
