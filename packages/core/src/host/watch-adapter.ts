import type { Adapter } from '@holdfast/api'
import type { Suspects } from './suspects.js'

type Method = (...args: unknown[]) => unknown

/** The same adapter; around each call into it, and until the promise that it returned is settled, its lane is a suspect. */
export function watchAdapter(adapter: Adapter, suspects: Suspects, lane: string): Adapter {
  const watched = new Map<string, unknown>()
  const inside =
    (call: Method): Method =>
    (...args) => {
      const leave = (): void => suspects.leave(lane)
      suspects.enter(lane)
      let result: unknown
      try {
        result = suspects.within(lane, () => call.apply(adapter, args))
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
