import type { ContextFields } from '@holdfast/api'
import type { TraceContext } from '../config/runtime-config.js'
import type { BoundContext } from './bound-context.js'
import { formatTraceparent, parseTraceparent } from './trace-context.js'

/** A context on its way to another process: JSON-safe, at most `CONTEXT_PAYLOAD_MAX_BYTES` as JSON. Unknown members are kept. */
export interface ContextPayload {
  readonly version: 1
  readonly fields: Readonly<Record<string, unknown>>
  /** W3C Trace Context. */
  readonly traceparent?: string
  readonly [member: string]: unknown
}

/** Bound on a payload, in bytes of JSON; keys of one's own that do not fit are left out, the known fields come first. */
const CONTEXT_PAYLOAD_MAX_BYTES = 8192

const KNOWN_FIELDS: readonly string[] = ['service', 'environment', 'jobId', 'requestId', 'userId', 'userName']
/** Who a process is does not travel: the receiver is another one. */
const LOCAL_FIELDS: ReadonlySet<string> = new Set(['hostname', 'processId', 'processIdChain'])

/** The current context as something to send along with a message or to a child process. */
export function serializeContext(context: BoundContext | undefined, trace: TraceContext | undefined): ContextPayload {
  const fields: Record<string, unknown> = {}
  const head = trace === undefined ? undefined : { traceparent: formatTraceparent(trace) }
  let bytes = Buffer.byteLength(JSON.stringify({ version: 1, fields: {}, ...head }))
  for (const key of fieldOrder(context?.fields ?? {})) {
    const json = toJson(context?.fields[key])
    if (json === undefined) continue
    const cost = Buffer.byteLength(JSON.stringify(key)) + Buffer.byteLength(json) + 2
    if (bytes + cost > CONTEXT_PAYLOAD_MAX_BYTES) continue
    bytes += cost
    fields[key] = JSON.parse(json)
  }
  return { version: 1, fields, ...head }
}

/**
 * The fields of a payload, to be given to `bind`. Accepts the object or its JSON text.
 *
 * @throws TypeError when it is no context payload, of a version from the future, or too large
 */
export function deserializeContext(payload: unknown): ContextFields {
  const parsed = typeof payload === 'string' ? parse(payload) : payload
  if (typeof parsed !== 'object' || parsed === null) throw invalid('an object or its JSON text', parsed)
  const { version, fields, traceparent } = parsed as Record<string, unknown>
  if (version !== 1) throw invalid('of version 1', version)
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) throw invalid('with an object `fields`', fields)
  const size = Buffer.byteLength(toJson(fields) ?? '')
  if (size > 2 * CONTEXT_PAYLOAD_MAX_BYTES) throw invalid(`at most ${CONTEXT_PAYLOAD_MAX_BYTES} bytes long`, size)
  const trace = parseTraceparent(traceparent)
  const entries = Object.entries(fields).filter(([key]) => !LOCAL_FIELDS.has(key))
  return { ...Object.fromEntries(entries), ...(trace === undefined ? undefined : { traceparent: formatTraceparent(trace) }) }
}

function fieldOrder(fields: Readonly<Record<string, unknown>>): readonly string[] {
  const own = Object.keys(fields).filter((key) => !KNOWN_FIELDS.includes(key) && !LOCAL_FIELDS.has(key))
  return [...KNOWN_FIELDS.filter((key) => key in fields), ...own]
}

/** A field that has no JSON form is left out. */
function toJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    return undefined
  }
}

function parse(text: string): unknown {
  if (text.length > 2 * CONTEXT_PAYLOAD_MAX_BYTES) throw invalid(`at most ${CONTEXT_PAYLOAD_MAX_BYTES} bytes long`, text.length)
  try {
    return JSON.parse(text)
  } catch {
    throw invalid('JSON', 'text that is none')
  }
}

function invalid(expected: string, got: unknown): TypeError {
  return new TypeError(
    `Expected the context payload to be ${expected}, got \`${typeof got === 'object' ? (got === null ? 'null' : 'an object') : String(got).slice(0, 60)}\`.`,
  )
}
