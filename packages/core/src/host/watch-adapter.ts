import type { Adapter } from '@holdfast/api'

type Method = (...args: unknown[]) => unknown

/** The same adapter; around each call into it `note` is told that it is inside, so that one that never comes back can be named. */
export function watchAdapter(adapter: Adapter, note: (isInside: boolean) => void): Adapter {
  const watched = new Map<string, unknown>()
  const inside =
    (call: Method): Method =>
    (...args) => {
      note(true)
      try {
        return call.apply(adapter, args)
      } finally {
        note(false)
      }
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
