import type { BindOptions, ContextFields } from './context.js'
import type { LogResult } from './logger.js'

/** Shared by all loggers of a runtime: what a facade needs to end a disabled call without asking anybody. */
export interface Gate {
  /** Contexts with a level of their own that are under way; while there are any, a disabled call goes to `below`. */
  overrides: number
  calls: number
  belowLevel: number
}

/** What a facade asks of whoever records events; one object per logger of a runtime. */
export interface LoggerHandle {
  readonly gate: Gate
  /** Calls below `cell.threshold` are counted in the gate, or go to `below`; others to `emit`. */
  readonly cell: { readonly threshold: number }
  emit(level: number, first: unknown, second: unknown, third: unknown, rest: readonly unknown[] | undefined): LogResult
  /** Counts a disabled call; emits it after all when a bound level override lets it through. */
  below(level: number, first: unknown, second: unknown, third: unknown, rest: readonly unknown[] | undefined): LogResult
  isEnabled(level: number): boolean
}

/** Everything that tells one logger from another; a facade shows it to each runtime that it meets. */
export interface LoggerSpec {
  readonly name: string
  /** Own threshold; wins over the levels by name. */
  readonly level?: number
  /** Fields of `with` and `child`, outermost first. */
  readonly fields: readonly object[]
  readonly serializers?: Readonly<Record<string, (value: never) => unknown>>
}

/** The versioned protocol between facades and the runtime, so that two copies of the packages meet. */
export interface RuntimePort {
  readonly protocol: 1
  attach(spec: LoggerSpec): LoggerHandle
  bind<T>(fields: ContextFields, options: BindOptions, run: () => T): T
}

/** The one global of Holdfast. */
export interface RuntimeSlot {
  readonly protocol: 1
  /** Looked at for each call. A property that answers differently by async context is fine: `holdfast/testing` makes it one. */
  port: RuntimePort | undefined
}

const KEY = Symbol.for('holdfast.runtime')

/** The slot of this process, made on first use; shared by every copy of this package. */
export const slot: RuntimeSlot = findSlot()

function findSlot(): RuntimeSlot {
  const home = globalThis as unknown as Record<symbol, RuntimeSlot | undefined>
  const found = home[KEY]
  if (found?.protocol === 1) return found
  const made: RuntimeSlot = { protocol: 1, port: undefined }
  if (found === undefined) Object.defineProperty(globalThis, KEY, { value: made, configurable: true })
  return made
}
