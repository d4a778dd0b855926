import { types } from 'node:util'
import type { RuntimePort } from '@holdfast/api'
import { type CaptureOptions, resolveCaptureOptions } from './capture-options.js'
import { CaptureRuntime } from './capture-runtime.js'
import { currentScope, enterScope, hasProcessScope, leaveScope, runInScope, type Scope } from './capture-scope.js'
import { CapturedLogs } from './captured-logs.js'

/**
 * Captures what is logged from here on, in place of the application's runtime, until it is stopped.
 * Tests that run at the same time do not see each other's records, and nothing reaches a real adapter, whether or not `init` is called.
 * With a function as the last argument the capture lasts as long as that function, or the promise that it returns, and its result is returned.
 *
 * @throws {TypeError} for an option that cannot be understood, and for a second capture of the whole process
 * @example
 * using logs = captureLogs()
 * await placeOrder()
 * logs.expect({ level: 'info', message: 'order placed', extra: { items: 3 } })
 */
export function captureLogs(options?: CaptureOptions): CapturedLogs
export function captureLogs<T>(run: (logs: CapturedLogs) => T): T
export function captureLogs<T>(options: CaptureOptions, run: (logs: CapturedLogs) => T): T
export function captureLogs<T>(
  first: CaptureOptions | ((logs: CapturedLogs) => T) = {},
  second?: (logs: CapturedLogs) => T,
): CapturedLogs | T {
  const run = typeof first === 'function' ? first : second
  const settings = resolveCaptureOptions(typeof first === 'function' ? {} : first)
  const isProcessWide = settings.scope === 'process'
  if (isProcessWide && hasProcessScope())
    throw new TypeError(
      'Expected one capture with `scope: process` at a time, got a second one. Stop the first, as with `using`.',
    )

  let isStopped = false
  const runtime = new CaptureRuntime(settings, (event) => CapturedLogs.take(logs, event))
  const scope: Scope = {
    get port(): RuntimePort {
      return runtime.port
    },
    get isStopped(): boolean {
      return isStopped
    },
    outer: currentScope(),
  }
  const logs = new CapturedLogs({
    stop: () => {
      if (isStopped) return
      isStopped = true
      leaveScope(scope)
      runtime.close()
    },
    hint: () => (isStopped || isProcessWide || isWithin(scope) ? '' : ELSEWHERE),
  })
  if (run === undefined) {
    enterScope(scope, isProcessWide)
    return logs
  }
  if (isProcessWide) enterScope(scope, true)
  return runUntilSettled(logs, () => (isProcessWide ? run(logs) : runInScope(scope, () => run(logs))))
}

const ELSEWHERE =
  'This capture was started in another async context, as in a hook. Start it in the test, or pass `scope: process` to capture everything.'

/** Whether log calls from here reach a capture, or one inside it. */
function isWithin(scope: Scope): boolean {
  for (let at = currentScope(); at !== undefined; at = at.outer) if (at === scope) return true
  return false
}

function runUntilSettled<T>(logs: CapturedLogs, run: () => T): T {
  const stop = (): void => logs.stop()
  let result: T
  try {
    result = run()
  } catch (error) {
    stop()
    throw error
  }
  if (types.isPromise(result)) return result.finally(stop) as T
  stop()
  return result
}
