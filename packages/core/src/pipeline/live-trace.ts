import type { TraceContext, TraceProvider } from '../config/runtime-config.js'
import { isTrace } from '../context/trace-context.js'
import type { Report } from '../diagnostics/catalogue.js'
import { describeError } from '../diagnostics/hub.js'
import { activeSpan } from './active-span.js'

/** The span that is under way now, if it has ids. A provider that throws is reported, and there is none for that call. */
export function liveTrace(provider: TraceProvider | undefined, report: Report): TraceContext | undefined {
  try {
    const trace = (provider ?? activeSpan)()
    return trace === undefined || !isTrace(trace) ? undefined : trace
  } catch (error) {
    report('trace_provider_error', { error: describeError(error) })
    return undefined
  }
}
