import type { Level } from '@holdfast/api'

/** What `captureLogs` takes. */
export interface CaptureOptions {
  /** What is captured; levels that the application sets by name do not count. @default `trace` */
  readonly level?: Level
  /**
   * `async`: what is logged by the code that follows, its callees and whatever they start; other tests of the process stay apart.
   * `process`: what is logged anywhere in the process and in no `async` capture, as behind a server that was started earlier. Only one
   * at a time. @default `async`
   */
  readonly scope?: 'async' | 'process'
  /**
   * Time stands still, ids are counted instead of drawn, host, process and user have fixed names: two runs give equal records.
   * `false` gives real ones. @default true
   */
  readonly frozen?: boolean
  /** The moment at which a frozen clock stands. @default 2026-01-01T00:00:00.000Z */
  readonly now?: Date | number | string
}

/** The options with defaults and checks applied. */
export interface CaptureSettings {
  readonly level: Level
  readonly scope: 'async' | 'process'
  readonly frozen: boolean
  readonly nowMs: number
}

const KEYS: readonly string[] = ['level', 'scope', 'frozen', 'now'] satisfies (keyof CaptureOptions)[]
const FROZEN_MS: number = Date.UTC(2026, 0, 1)

/** @throws {TypeError} for an option that cannot be understood */
export function resolveCaptureOptions(options: CaptureOptions): CaptureSettings {
  const unknown = Object.keys(options).find((key) => !KEYS.includes(key))
  if (unknown !== undefined) throw new TypeError(`Expected options of \`captureLogs\` (${KEYS.join(', ')}), got \`${unknown}\`.`)
  const { level = 'trace', scope = 'async', frozen = true, now = FROZEN_MS } = options
  const nowMs = new Date(now).getTime()
  if (Number.isNaN(nowMs)) throw new TypeError(`Expected \`now\` to be a time, got \`${String(now)}\`.`)
  if (scope !== 'async' && scope !== 'process')
    throw new TypeError(`Expected \`scope\` to be \`async\` or \`process\`, got \`${String(scope)}\`.`)
  return { level, scope, frozen, nowMs }
}
