import { AsyncLocalStorage } from 'node:async_hooks'
import { type BindOptions, type ContextFields, levelValue } from '@holdfast/api'
import { type BoundContext, extendContext } from './bound-context.js'

/** How many contexts with a level of their own are alive; while it is 0, a disabled call looks no further. */
export interface OverrideGauge {
  active: number
}

/** Keeps the current context across awaits, timers and callbacks. */
export class ContextBinder {
  readonly #storage = new AsyncLocalStorage<BoundContext>()
  /** Lowered levels under way. */
  readonly overrides: OverrideGauge = { active: 0 }

  current(): BoundContext | undefined {
    return this.#storage.getStore()
  }

  /** Runs a function inside a context of these fields over the current one. */
  bind<T>(fields: ContextFields, options: BindOptions, run: () => T): T {
    const level = levelValue(options.level)
    const context = extendContext(this.current(), safeFields(fields), level)
    if (level === undefined) return this.#storage.run(context, run)
    return this.#runWithLevel(context, run)
  }

  /** Runs a function in a context that was current elsewhere. */
  run<T>(context: BoundContext | undefined, run: () => T): T {
    return context === undefined ? this.#storage.exit(run) : this.#storage.run(context, run)
  }

  /** Counts the override as long as the function, or the promise that it returns, is under way. */
  #runWithLevel<T>(context: BoundContext, run: () => T): T {
    this.overrides.active++
    const end = (): void => {
      this.overrides.active--
    }
    let result: T
    try {
      result = this.#storage.run(context, run)
    } catch (error) {
      end()
      throw error
    }
    if (!isThenable(result)) {
      end()
      return result
    }
    result.then(end, end)
    return result
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

function safeFields(fields: unknown): ContextFields {
  return typeof fields === 'object' && fields !== null ? (fields as ContextFields) : {}
}
