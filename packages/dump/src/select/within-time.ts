import { createContext, Script } from 'node:vm'
import { systemClock } from '@holdfast/core'
import { DumpError } from '../dump-error.js'

/**
 * Runs work that may not end by itself, as a pattern that backtracks for ever: the engine stops it from outside when the time of all calls
 * together is spent. A regular expression cannot be bounded in any other way without a thread.
 *
 * @throws {DumpError} when the time is spent
 */
export class TimeBudget {
  readonly #budgetMs: number
  #leftMs: number

  constructor(budgetMs: number) {
    this.#budgetMs = budgetMs
    this.#leftMs = budgetMs
  }

  run<T>(work: () => T): T {
    if (this.#leftMs <= 0) throw this.#spent()
    const started = systemClock.monotonic()
    try {
      return CALL_WORK.runInContext(createContext({ work }), { timeout: Math.ceil(this.#leftMs) }) as T
    } catch (error) {
      // the error is one of the other context: no `Error` of ours
      if ((error as NodeJS.ErrnoException | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw this.#spent()
      throw error
    } finally {
      this.#leftMs -= systemClock.monotonic() - started
    }
  }

  #spent(): DumpError {
    return new DumpError(
      'HOLDFAST_DUMP_PATTERN',
      `Expected the patterns of the dump to need at most ${this.#budgetMs} ms, but they took longer. Avoid repetitions inside repetitions, as in \`(a+)+\`, use \`contains\`, or raise \`patternTimeoutMs\`.`,
    )
  }
}

const CALL_WORK = new Script('work()')
