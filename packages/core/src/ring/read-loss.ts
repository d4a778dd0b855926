import type { LossNotice } from './layout.js'

/** The text of a LOSS frame; `undefined` when it is not what a producer writes. */
export function readLoss(text: string): LossNotice | undefined {
  try {
    const notice = JSON.parse(text) as LossNotice
    const { from, to, reason, levels } = notice
    const isSane = isCount(from) && isCount(to) && from <= to && reason === 'queue_full' && typeof levels === 'object'
    return isSane && Object.entries(levels).every(isLevel) ? notice : undefined
  } catch {
    // memory that was damaged: the frame counts as such
    return undefined
  }
}

/** How many events a LOSS frame tells of. */
export function countOfLoss({ levels }: LossNotice): number {
  return Object.values(levels).reduce((sum, count) => sum + count, 0)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0
}

function isLevel([level, count]: readonly [string, unknown]): boolean {
  return /^\d{1,3}$/.test(level) && isCount(count)
}
