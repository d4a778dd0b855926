import { type Adapter, type AdapterRecipe, type Health, LEVEL_OFF, type LogRecord, levelValue } from '@holdfast/api'
import { systemClock } from '@holdfast/core'
import type { AdapterCheck } from './adapter-check.js'
import { describeTrouble } from './describe-trouble.js'

/** Builds an adapter, gives it the record, flushes and closes it. Never rejects. */
export async function tryAdapter(given: AdapterRecipe | Adapter, record: LogRecord, timeoutMs: number): Promise<AdapterCheck> {
  const { name } = given
  if (isOff(given)) return { name, state: 'off', reachable: false, latencyMs: null, error: null, cure: null, health: null }
  const started = systemClock.monotonic()
  let adapter: Adapter | undefined
  let state: AdapterCheck['state'] = 'accepted'
  let trouble: unknown
  try {
    const built = isRecipe(given) ? given.create() : given
    adapter = built
    await within(timeoutMs, (signal) => built.write([record], signal))
  } catch (error) {
    trouble = error
    state = stateAfter(error)
  }
  const latencyMs = state === 'timed_out' ? null : systemClock.monotonic() - started
  const health = healthOf(adapter)
  const ending = await end(adapter, isRecipe(given), timeoutMs)
  const reachable = state === 'accepted' || state === 'rejected'
  return { name, state, reachable, latencyMs, ...describeTrouble(trouble ?? ending, health), health }
}

/** What went wrong first in flushing and closing, if anything did. An adapter that was not built here is not closed here. */
async function end(adapter: Adapter | undefined, isOurs: boolean, timeoutMs: number): Promise<unknown> {
  const troubles: unknown[] = []
  for (const step of [adapter?.flush?.bind(adapter), isOurs ? adapter?.close?.bind(adapter) : undefined]) {
    try {
      if (step !== undefined) await within(timeoutMs, step)
    } catch (error) {
      troubles.push(error)
    }
  }
  return troubles[0]
}

class TimedOut extends Error {
  readonly code = 'TIMED_OUT'
}

/** A call that does not listen to its signal is left behind: what it still does is not waited for. */
async function within(timeoutMs: number, run: (signal: AbortSignal) => Promise<void> | void): Promise<void> {
  const caller = new AbortController()
  const error = new TimedOut(`No answer within ${timeoutMs} ms.`)
  let cancel = (): void => undefined
  const tooLate = new Promise<never>((_, reject) => {
    const giveUp = (): void => {
      reject(error)
      caller.abort(error)
    }
    cancel = systemClock.after(timeoutMs, giveUp, { keepAlive: true })
  })
  try {
    await Promise.race([run(caller.signal), tooLate])
  } finally {
    cancel()
  }
}

function stateAfter(error: unknown): AdapterCheck['state'] {
  if (error instanceof TimedOut) return 'timed_out'
  return error instanceof Error && 'retryable' in error && error.retryable === false ? 'rejected' : 'failed'
}

function isOff(given: AdapterRecipe | Adapter): boolean {
  return isRecipe(given) && given.lane.level !== undefined && levelValue(given.lane.level) === LEVEL_OFF
}

function isRecipe(given: AdapterRecipe | Adapter): given is AdapterRecipe {
  return 'kind' in given && given.kind === 'recipe'
}

function healthOf(adapter: Adapter | undefined): Health | null {
  try {
    return adapter?.health?.() ?? null
  } catch (error) {
    return { state: 'degraded', reason: `its health() threw: ${error instanceof Error ? error.message : String(error)}` }
  }
}
