import type { BindOptions, ContextFields } from './context.js'
import { createLogger } from './facade.js'
import type { Logger } from './logger.js'
import { slot } from './slot.js'

/**
 * The logger of a name. May be called before `init`, at module level, in a library: it finds the runtime at each call.
 *
 * @param name dotted, as `app.orders.import`; levels match by prefix. @default `app`
 */
export function get(name = 'app'): Logger {
  return createLogger(slot, { name: String(name), fields: [] })
}

/**
 * Runs a function with context fields that every event logged inside carries, across awaits and timers.
 * Without a runtime it just runs the function.
 *
 * @returns what the function returns; what it throws passes through
 */
export function bind<T>(fields: ContextFields, run: () => T): T
export function bind<T>(fields: ContextFields, options: BindOptions, run: () => T): T
export function bind<T>(fields: ContextFields, second: BindOptions | (() => T), third?: () => T): T {
  const run = typeof second === 'function' ? second : third
  if (run === undefined) throw new TypeError('Expected `bind` to get a function to run as its last argument, got `undefined`.')
  const options = typeof second === 'function' ? NO_OPTIONS : second
  return slot.port === undefined ? run() : slot.port.bind(fields, options, run)
}

const NO_OPTIONS: BindOptions = {}
