import type { TraceContext } from '../config/runtime-config.js'

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/
const NO_TRACE = '0'.repeat(32)
const NO_SPAN = '0'.repeat(16)

/** Reads a W3C `traceparent` header, https://www.w3.org/TR/trace-context/#traceparent-header; `undefined` when it is none. */
export function parseTraceparent(header: unknown): TraceContext | undefined {
  if (typeof header !== 'string' || header.length > 256) return undefined
  const [, traceId, spanId, flags] = TRACEPARENT.exec(header.trim().toLowerCase()) ?? []
  if (traceId === undefined || spanId === undefined || traceId === NO_TRACE || spanId === NO_SPAN) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags ?? '0', 16) }
}

/** Writes a `traceparent` header, version 00. */
export function formatTraceparent({ traceId, spanId, traceFlags }: TraceContext): string {
  return `00-${traceId}-${spanId}-${flagsText(traceFlags)}`
}

/** The members of the canonical line for a trace, with a leading comma. */
export function traceMembers({ traceId, spanId, traceFlags }: TraceContext): string {
  return `,"trace_id":"${traceId}","span_id":"${spanId}","trace_flags":"${flagsText(traceFlags)}"`
}

/** Whether the ids are well-formed: a span that is not recorded, as OpenTelemetry has them, has only zeros. */
export function isTrace(trace: TraceContext | undefined): trace is TraceContext {
  return (
    typeof trace === 'object' &&
    trace !== null &&
    isHex(trace.traceId, 32) &&
    isHex(trace.spanId, 16) &&
    trace.traceId !== NO_TRACE &&
    trace.spanId !== NO_SPAN
  )
}

function flagsText(flags: number | undefined): string {
  return ((flags ?? 0) & 0xff).toString(16).padStart(2, '0')
}

const HEX = /^[0-9a-f]+$/

function isHex(text: unknown, length: number): boolean {
  return typeof text === 'string' && text.length === length && HEX.test(text)
}
