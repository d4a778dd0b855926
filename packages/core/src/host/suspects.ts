import { AsyncLocalStorage } from 'node:async_hooks'
import { isMainThread } from 'node:worker_threads'

/** @param lane the lane to blame if this writer ends now, `undefined` for none */
export type NoteSuspect = (lane: string | undefined, isOpening: boolean) => void

/**
 * Which lane is to blame if the writer never comes back, or ends: the one whose adapter is called just now, or else the one that was called last of
 * those whose promise is pending, because it may hang behind an `await`. A wrong guess lasts for one more time: that lane is out of it then.
 */
export class Suspects {
  readonly #note: NoteSuspect
  /** Lanes in the order in which they were called; true for those whose adapter is being made. */
  readonly #pending = new Map<string, boolean>()
  readonly #context: AsyncLocalStorage<string> | undefined
  #resting: string | undefined

  /** @param follows what an adapter leaves behind, as a timer, is known as its own; it costs each promise of the thread a little */
  constructor(note: NoteSuspect, { follows = false }: { readonly follows?: boolean } = {}) {
    this.#note = note
    this.#context = follows ? new AsyncLocalStorage<string>() : undefined
  }

  enter(lane: string, isOpening = false): void {
    // the last one that was added is the last one that was called
    this.#pending.delete(lane)
    this.#pending.set(lane, isOpening)
    this.#note(lane, isOpening)
  }

  leave(lane: string): void {
    this.#pending.delete(lane)
    this.#noteLast()
  }

  /** Suspects a lane, or none, whenever there is no other to suspect. */
  rest(lane: string | undefined): void {
    this.#resting = lane
    this.#noteLast()
  }

  /** Runs a piece of a lane's adapter. */
  within<T>(lane: string, run: () => T): T {
    return this.#context === undefined ? run() : this.#context.run(lane, run)
  }

  /** The lane whose adapter runs now, or has left behind what runs now. */
  get current(): string | undefined {
    return this.#context?.getStore()
  }

  /** It is clear who it was, or that it was none of them. */
  convict(lane: string | undefined): void {
    this.#note(lane, false)
  }

  #noteLast(): void {
    let last: readonly [lane: string | undefined, isOpening: boolean] = [this.#resting, false]
    for (const pending of this.#pending) last = pending
    this.#note(...last)
  }
}

/**
 * Leaves the right name when this writer ends through an adapter's fault: an exception in a timer of its own, a rejection that nobody awaits, a call of
 * `process.exit` or `process.abort`. What ends it without a word, as a fault in native code, finds the name of the last call there.
 */
export function noteWhoEndsIt(suspects: Suspects): void {
  const convictCurrent = (): void => {
    if (suspects.current !== undefined) suspects.convict(suspects.current)
  }
  process.on('uncaughtExceptionMonitor', () => suspects.convict(suspects.current))
  process.on('exit', convictCurrent)
  // a thread goes on: there Node refuses to abort
  if (isMainThread) convictBeforeAbort(convictCurrent)
}

/** No listener hears of an abort. */
function convictBeforeAbort(convictCurrent: () => void): void {
  const abort = process.abort.bind(process)
  process.abort = () => {
    convictCurrent()
    return abort()
  }
}
