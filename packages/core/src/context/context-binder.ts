import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { types } from 'node:util'
import { type BindOptions, type ContextFields, type Gate, levelValue } from '@holdfast/api'
import { type BoundContext, extendContext } from './bound-context.js'

/** Keeps the current context across awaits, timers and callbacks. */
export class ContextBinder {
  readonly #storage = new AsyncLocalStorage<BoundContext>()
  readonly #gates = new Set<Gate>()
  /** Contexts with a level of their own that are under way. */
  #overrides = 0

  /** Keeps a gate told of how many contexts with a level of their own are under way. */
  watch(gate: Gate): void {
    this.#gates.add(gate)
    gate.overrides = this.#overrides
  }

  unwatch(gate: Gate): void {
    this.#gates.delete(gate)
  }

  current(): BoundContext | undefined {
    return this.#storage.getStore()
  }

  /** Runs a function inside a context of these fields over the current one. */
  bind<T>(fields: ContextFields, options: BindOptions, run: () => T): T {
    const level = levelValue(options.level)
    const context = extendContext(this.current(), fields, level)
    if (level === undefined) return this.#storage.run(context, run)
    return this.#runWithLevel(context, run)
  }

  /** Ties a function to the context that is current now, and to whatever else follows async calls, as the active span of a tracer. */
  bindFunction<A extends readonly unknown[], R>(run: (...args: A) => R): (...args: A) => R {
    const context = this.current()
    const resource = new AsyncResource('HOLDFAST_BOUND', { requireManualDestroy: true })
    return (...args) =>
      resource.runInAsyncScope(() =>
        context?.level === undefined ? run(...args) : this.#runWithLevel(context, () => run(...args)),
      )
  }

  /** Counts the override as long as the function, or the promise that it returns, is under way. */
  #runWithLevel<T>(context: BoundContext, run: () => T): T {
    this.#count(1)
    const end = (): void => this.#count(-1)
    let result: T
    try {
      result = this.#storage.run(context, run)
    } catch (error) {
      end()
      throw error
    }
    // only a real promise is waited for: to ask another thenable, as query builders are, would start what it stands for
    if (types.isPromise(result)) result.then(end, end)
    else end()
    return result
  }

  #count(change: 1 | -1): void {
    this.#overrides += change
    for (const gate of this.#gates) gate.overrides = this.#overrides
  }
}
