/**
 * Time and timers as Node has them. They are taken when this is loaded, so that an application which replaces them in its tests, or removes
 * them, changes nothing in the logger: a `flush` under fake timers would wait for a moment that never comes.
 */
export interface NodeTime {
  /** Milliseconds since 1970, whole ones; follows the wall clock. */
  dateNow(): number
  /** Milliseconds since the process began, with microseconds. */
  now(): number
  /** What `now` counts from, milliseconds since 1970. */
  readonly timeOrigin: number
  /** Runs once after a delay; returns its cancellation. */
  setTimer(run: () => void, delayMs: number, keepAlive: boolean): () => void
  /** Runs when the current turn of the event loop is over; keeps the process alive until then. */
  setImmediate(run: () => void): void
}

type NodeClock = typeof globalThis.performance
type Timers = Pick<typeof globalThis, 'setTimeout' | 'clearTimeout' | 'setImmediate'>

/** Finds Node's own, also when fakes were installed before. */
export function takeNodeTime(): NodeTime {
  return { ...takeClocks(), ...takeTimers() }
}

function takeClocks(): Pick<NodeTime, 'dateNow' | 'now' | 'timeOrigin'> {
  const { Date: date } = globalThis
  const dateNow = isNative(date, 'Date') && isNative(date.now, 'now') ? date.now : dateOfAnotherRealm()
  const clock = isOwnPerformance(globalThis.performance)
    ? globalThis.performance
    : process.getBuiltinModule('node:perf_hooks').performance
  // a fake stands on the object, in front of what Node has on its class
  const now = (Object.getPrototypeOf(clock) as NodeClock).now.bind(clock)
  return { dateNow: () => dateNow(), now, timeOrigin: clock.timeOrigin }
}

/** A function of V8 says so, and what wraps it in a proxy or binds it has no name there. */
function isNative(value: unknown, name: string): boolean {
  return typeof value === 'function' && Function.prototype.toString.call(value) === `function ${name}() { [native code] }`
}

function dateOfAnotherRealm(): () => number {
  return process.getBuiltinModule('node:vm').runInNewContext('Date.now') as () => number
}

function isOwnPerformance(clock: unknown): clock is NodeClock {
  if (typeof clock !== 'object' || clock === null || Object.hasOwn(clock, 'now')) return false
  return typeof (Object.getPrototypeOf(clock) as Partial<NodeClock> | null)?.now === 'function' && 'timeOrigin' in clock
}

function takeTimers(): Pick<NodeTime, 'setTimer' | 'setImmediate'> {
  const places: readonly (() => Timers)[] = [() => globalThis, () => process.getBuiltinModule('node:timers')]
  for (const place of places) {
    const { setTimeout, clearTimeout, setImmediate } = place()
    if (!isOwnTimeout(setTimeout, clearTimeout) || !isOwnImmediate(setImmediate)) continue
    return {
      setTimer(run, delayMs, keepAlive) {
        const timer = setTimeout(run, delayMs)
        if (!keepAlive) timer.unref()
        return () => clearTimeout(timer)
      },
      setImmediate: (run) => void setImmediate(run),
    }
  }
  return { setTimer: waitInMemory, setImmediate: (run) => void waitInMemory(run, 1, true) }
}

/** Those of Node stand in a list, and have the links for it; fakes have not. */
function isOwnTimeout(set: unknown, clear: unknown): boolean {
  if (typeof set !== 'function' || typeof clear !== 'function') return false
  const timer: unknown = set(() => undefined, 1000)
  clear(timer)
  return isLinked(timer, '_idleNext')
}

function isOwnImmediate(set: unknown): boolean {
  return (
    typeof set === 'function' &&
    isLinked(
      set(() => undefined),
      '_idleNext',
    )
  )
}

function isLinked(timer: unknown, link: string): boolean {
  return typeof timer === 'object' && timer !== null && link in timer
}

/** In all versions of Node that run this, and not yet in the types of ES2023. */
interface WithWaitAsync {
  waitAsync(words: Int32Array, index: number, value: number, timeoutMs: number): { readonly value: Promise<unknown> }
}

/**
 * A timer out of what nobody replaces, for where all timers were before this was loaded: a wait for a word in memory that nobody changes. It does
 * not keep the process alive, so that an open port does where that is wanted. Takes some microseconds more.
 */
function waitInMemory(run: () => void, delayMs: number, keepAlive: boolean): () => void {
  const words = new Int32Array(new SharedArrayBuffer(4))
  const port = keepAlive ? openPort() : undefined
  let isOver = false
  const end = (): void => {
    isOver = true
    port?.close()
  }
  void (Atomics as Atomics & WithWaitAsync).waitAsync(words, 0, 0, Math.max(1, delayMs)).value.then(() => {
    if (isOver) return
    end()
    run()
  })
  return () => {
    if (isOver) return
    end()
    Atomics.notify(words, 0)
  }
}

function openPort(): { close(): void } {
  const { MessageChannel } = process.getBuiltinModule('node:worker_threads')
  const { port1 } = new MessageChannel()
  port1.ref()
  return port1
}
