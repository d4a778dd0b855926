import type { Adapter } from '@holdfast/api'

type Method = (...args: unknown[]) => unknown

/**
 * Which adapter is to blame if the writer never comes back: the one that is called just now, or else the one that was called last of those
 * whose promise is pending, because it may hang behind an `await`. A wrong guess lasts for one more hang: that lane is out of it then.
 */
export class Suspects {
  readonly #note: (lane: number) => void
  readonly #pending = new Set<number>()

  /** @param note takes the index of a lane, -1 for none */
  constructor(note: (lane: number) => void) {
    this.#note = note
  }

  enter(lane: number): void {
    // the last one that was added is the last one that was called
    this.#pending.delete(lane)
    this.#pending.add(lane)
    this.#note(lane)
  }

  leave(lane: number): void {
    this.#pending.delete(lane)
    let last = -1
    for (const other of this.#pending) last = other
    this.#note(last)
  }
}

/** The same adapter; around each call into it, and until the promise that it returned is settled, its lane is a suspect. */
export function watchAdapter(adapter: Adapter, suspects: Suspects, lane: number): Adapter {
  const watched = new Map<string, unknown>()
  const inside =
    (call: Method): Method =>
    (...args) => {
      const leave = (): void => suspects.leave(lane)
      suspects.enter(lane)
      let result: unknown
      try {
        result = call.apply(adapter, args)
      } finally {
        if (!(result instanceof Promise)) leave()
      }
      if (result instanceof Promise) result.then(leave, leave)
      return result
    }
  return new Proxy(adapter, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target)
      if (typeof value !== 'function') return value
      const name = String(key)
      if (!watched.has(name)) watched.set(name, inside(value as Method))
      return watched.get(name)
    },
  })
}
