import { isMainThread, workerData } from 'node:worker_threads'

const MARK = Symbol.for('holdfast.writer')
/** Set for the writer process alone, which takes it out of its environment at once. */
export const WRITER_VARIABLE = 'HOLDFAST_TREE_WRITER'

/** Whether this thread is a writer: one that made a runtime of its own would start a writer in turn, and so on. */
export function isWriter(): boolean {
  if (Reflect.get(globalThis, MARK) === true || process.env[WRITER_VARIABLE] === '1') return true
  const data: unknown = isMainThread ? undefined : workerData
  return typeof data === 'object' && data !== null && Reflect.get(data, 'holdfastWriter') === true
}

/** First thing in a writer. */
export function markAsWriter(): void {
  Reflect.set(globalThis, MARK, true)
  delete process.env[WRITER_VARIABLE]
}
