import type { ContextFields } from '@holdfast/api'
import type { TraceContext } from '../config/runtime-config.js'
import type { ContextDefinition } from '../ring/producer.js'
import { entriesOf, isMergeable } from './entries-of.js'
import { parseTraceparent } from './trace-context.js'

/** What `bind` made current: the fields of all enclosing binds merged. `null` marks a field that the runtime's own context must not fill. */
export interface BoundContext {
  readonly fields: Readonly<Record<string, unknown>>
  /** Threshold for everything inside. */
  readonly level: number | undefined
  /** `null` when it was cleared; `undefined` inherits that of the runtime. */
  readonly trace: TraceContext | null | undefined
  /** Rendered on first use, for the runtime context that it was rendered with. */
  rendered: ContextDefinition | undefined
  renderedWith: object | undefined
}

/** Adds fields to a context. `undefined` inherits, `null` clears, an `extra` object is merged; the arguments stay untouched. */
export function extendContext(parent: BoundContext | undefined, fields: ContextFields, level: number | undefined): BoundContext {
  const merged: Record<string, unknown> = Object.assign(Object.create(null), parent?.fields)
  let trace = parent?.trace
  for (const [key, value] of entriesOf(fields)) {
    if (value === undefined) continue
    if (key === 'traceparent') trace = value === null ? null : (parseTraceparent(value) ?? trace)
    else if (key === 'extra' && isMergeable(value)) mergeExtra(merged, value)
    else merged[key] = value
  }
  return { fields: merged, level: level ?? parent?.level, trace, rendered: undefined, renderedWith: undefined }
}

function mergeExtra(merged: Record<string, unknown>, extra: object): void {
  for (const [key, value] of entriesOf(extra)) {
    if (value !== undefined) merged[key] = value
  }
}
