import type { TraceContext } from '../config/runtime-config.js'

/** Where `@opentelemetry/api` 1.x keeps its global parts, and the key of the active span in a context: both are its public, versioned symbols. */
const API = Symbol.for('opentelemetry.js.api.1')
const SPAN = Symbol.for('OpenTelemetry Context Key SPAN')

interface OpenTelemetryGlobal {
  readonly context?: { active(): { getValue(key: symbol): unknown } }
}

/** Until it is there, its place is looked at once in so many calls: a look costs as much as writing a number. */
const LOOK_EVERY = 32

let api: OpenTelemetryGlobal | undefined
let untilLook = 0

/** The active span of OpenTelemetry, read without importing it; `undefined` when the application does not use it. */
export function activeSpan(): TraceContext | undefined {
  if (api?.context === undefined) {
    if (--untilLook > 0) return undefined
    untilLook = LOOK_EVERY
    api = (globalThis as unknown as Record<symbol, OpenTelemetryGlobal | undefined>)[API]
    if (api?.context === undefined) return undefined
  }
  const span = api.context.active().getValue(SPAN) as { spanContext?(): TraceContext } | undefined
  return span?.spanContext?.()
}
