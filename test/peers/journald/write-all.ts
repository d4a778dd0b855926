import { setTimeout as sleep } from 'node:timers/promises'
import type { Adapter, LogRecord } from '@holdfast/api'
import { AdapterError } from '@holdfast/core'

/** What writing synchronously fails with, if it does. */
export function failureOf(adapter: Pick<Adapter, 'writeSync'>, records: readonly LogRecord[]): AdapterError | undefined {
  try {
    adapter.writeSync?.(records)
    return undefined
  } catch (error) {
    if (error instanceof AdapterError) return error
    throw error
  }
}

/** Writes synchronously as a lane does: a queue that is full is asked again, and a journald that goes on after it hung. */
export async function writeAllSync(adapter: Pick<Adapter, 'writeSync'>, records: readonly LogRecord[]): Promise<void> {
  for (let left = records; left.length > 0; ) {
    const failure = failureOf(adapter, left)
    if (failure === undefined) return
    if (failure.code !== 'EAGAIN' && failure.code !== 'JOURNALD_HUNG') throw failure
    left = left.slice(failure.accepted)
    await sleep(1)
  }
}
