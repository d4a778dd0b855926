import { type Gate, LEVELS, type LoggerSpec, type LogResult, levelName } from '@holdfast/api'
import type { Clock } from '../clock.js'
import type { RuntimeSettings } from '../config/settings.js'
import type { BoundContext } from '../context/bound-context.js'
import type { ContextBinder } from '../context/context-binder.js'
import type { ContextRenderer } from '../context/context-renderer.js'
import { traceMembers } from '../context/trace-context.js'
import type { RefuseReason, Report } from '../diagnostics/catalogue.js'
import { describeError } from '../diagnostics/hub.js'
import type { Encoder } from '../encode/encoder.js'
import { quote } from '../encode/quote.js'
import type { LevelTable } from '../level-table.js'
import type { EventTexts, MessageDefinition } from '../ring/producer.js'
import type { RateLimiter, Suppressed } from '../stages/rate-limiter.js'
import { runStages } from '../stages/stages.js'
import { emptyCallForm, sortCall } from './call-form.js'
import { ProducerCounters } from './counters.js'
import { liveTrace } from './live-trace.js'
import { type Emitter, LoggerState } from './logger-state.js'
import { Memo } from './memo.js'

/** Where encoded events go: the ring of a runtime, or the small buffer before there is one. */
export interface Sink {
  /** Takes an event and says what became of it. */
  append(level: number, time: number, texts: EventTexts, context: BoundContext | undefined, logger: string): LogResult
}

export interface PipelineParts {
  readonly settings: Pick<RuntimeSettings, 'limits' | 'stages' | 'traceProvider'>
  readonly clock: Clock
  readonly report: Report
  /** True while diagnostic hooks or synchronous adapters run: what they log is refused. */
  readonly isInside: () => boolean
  readonly binder: ContextBinder
  readonly renderer: ContextRenderer
  readonly encoder: Encoder
  readonly levels: LevelTable
  readonly rateLimiter: RateLimiter | undefined
  readonly sink: Sink
}

/** Messages up to this length are kept in their encoded form; they repeat. */
const MEMO_MAX_CHARS = 256
const MEMO_ENTRIES = 1024

/**
 * The way of an event from the log call to the ring, in order:
 * level gate (in the facade) → arguments → rate limit → stages → context → limits, scrub, encode → ring.
 * It allocates the event's text and nothing else, and it never throws.
 */
export class Pipeline implements Emitter {
  readonly gate: Gate
  readonly counters: ProducerCounters
  readonly #parts: PipelineParts
  readonly #form = emptyCallForm()
  readonly #messages = new Memo<MessageDefinition>(MEMO_ENTRIES)
  readonly #states = new Memo<LoggerState>(MEMO_ENTRIES)
  readonly #texts: EventTexts
  #isBusy = false
  #isClosed = false

  constructor(parts: PipelineParts) {
    this.#parts = parts
    this.gate = { overrides: 0, calls: 0, belowLevel: 0 }
    this.counters = new ProducerCounters(this.gate)
    parts.binder.watch(this.gate)
    const nothing = { segment: 0, ref: 0 }
    this.#texts = {
      logger: { ...nothing, name: '""', bound: '' },
      context: { ...nothing, json: '{}' },
      message: { ...nothing, json: '""' },
      head: '',
      extra: '',
      error: '',
      replacesBound: false,
    }
  }

  /** The state of a logger; plain loggers of one name share it. */
  attach(spec: LoggerSpec): LoggerState {
    const isPlain = spec.fields.length === 0 && spec.level === undefined && spec.serializers === undefined
    if (!isPlain) return this.#makeState(spec)
    const known = this.#states.get(spec.name)
    if (known !== undefined) return known
    const made = this.#makeState(spec)
    this.#states.set(spec.name, made)
    return made
  }

  close(): void {
    this.#isClosed = true
  }

  isEnabled(state: LoggerState, level: number): boolean {
    const override = this.gate.overrides === 0 ? undefined : this.#parts.binder.current()?.level
    return level >= (override ?? state.cell.threshold)
  }

  below(
    state: LoggerState,
    level: number,
    first: unknown,
    second: unknown,
    third: unknown,
    rest: readonly unknown[] | undefined,
  ): LogResult {
    const override = this.#parts.binder.current()?.level
    if (override !== undefined && level >= override) return this.emit(state, level, first, second, third, rest)
    this.gate.calls++
    this.gate.belowLevel++
    return 'below_level'
  }

  emit(
    state: LoggerState,
    level: number,
    first: unknown,
    second: unknown,
    third: unknown,
    rest: readonly unknown[] | undefined,
  ): LogResult {
    this.gate.calls++
    if (this.#isClosed) return this.#refuse('closed', 'closed')
    if (this.#isBusy || this.#parts.isInside()) return this.#refuse('reentrant', 'refused')
    const context = this.#parts.binder.current()
    if (context?.level !== undefined && level < context.level) {
      this.gate.belowLevel++
      return 'below_level'
    }
    this.#isBusy = true
    try {
      return this.#event(state, level, context, first, second, third, rest)
    } catch (error) {
      this.#parts.report('log_call_failed', { logger: state.name, error: describeError(error) })
      return this.#refuse('failed', 'refused')
    } finally {
      this.#isBusy = false
    }
  }

  #event(
    state: LoggerState,
    level: number,
    context: BoundContext | undefined,
    first: unknown,
    second: unknown,
    third: unknown,
    rest: readonly unknown[] | undefined,
  ): LogResult {
    const { clock, rateLimiter, settings, encoder, renderer, report } = this.#parts
    const form = this.#form
    if (rateLimiter !== undefined && !rateLimiter.allow(state.name, level, clock.monotonic()))
      return this.#refuse('rate_limited', 'rate_limited')
    sortCall(form, first, second, third, rest)
    if (form.hasFailedFields) report('value_unreadable', { logger: state.name, what: 'fields_function' })
    const time = clock.now()
    if (settings.stages.length > 0 && !runStages(this.#parts, form, state.name, level, time, renderer.definition(context))) {
      return this.#refuse('stage', 'refused')
    }
    const texts = this.#texts
    texts.logger = state.definition
    texts.context = renderer.definition(context)
    texts.message = this.#message(state.name, form.message)
    texts.head = this.#trace(context)
    if (form.fields === undefined && !form.hasError && form.surplus === undefined) {
      texts.extra = ''
      texts.error = ''
      texts.replacesBound = false
    } else {
      encoder.encode(state.name, form.fields, form.hasError, form.error, form.surplus, state.bound, state.serializers)
      texts.extra = encoder.extra
      texts.error = encoder.error
      texts.replacesBound = encoder.replacesBound
    }
    const result = this.#parts.sink.append(level, time, texts, context, state.name)
    if (rateLimiter !== undefined) this.#tellSuppressed(rateLimiter)
    return result
  }

  #message(logger: string, message: unknown): MessageDefinition {
    if (typeof message !== 'string' || message.length > MEMO_MAX_CHARS)
      return { json: this.#parts.encoder.message(logger, message), segment: 0, ref: 0 }
    const known = this.#messages.get(message)
    if (known !== undefined) return known
    const made: MessageDefinition = { json: this.#parts.encoder.message(logger, message), segment: 0, ref: 0 }
    // what was altered holds a secret, or is new each time for its length: not kept
    if (made.json === quote(message)) this.#messages.set(message, made)
    return made
  }

  #trace(context: BoundContext | undefined): string {
    const { settings, report, renderer } = this.#parts
    const trace = liveTrace(settings.traceProvider, report) ?? renderer.traceOf(context)
    return trace === undefined ? '' : traceMembers(trace)
  }

  /** Tells what the rate limit kept back and nothing has ended the silence of; before a runtime closes. */
  tellAllSuppressed(): void {
    const { rateLimiter } = this.#parts
    for (const suppressed of rateLimiter?.takeAll() ?? []) this.#tell(suppressed)
  }

  /** The event that ends a silence is followed by one that says how many there were. */
  #tellSuppressed(rateLimiter: RateLimiter): void {
    for (const suppressed of rateLimiter.takeSummaries()) this.#tell(suppressed)
  }

  #tell({ logger, level, count }: Suppressed): void {
    const { report, rateLimiter } = this.#parts
    const name = levelName(level)
    const interval_ms = rateLimiter?.settings.intervalMs ?? 0
    if (name === 'off') return
    report('rate_limited', { logger, level: name, suppressed: count, interval_ms })
    this.gate.calls++
    const fields = { logger, level: name, suppressed: count, interval_ms }
    const own = this.attach({ name: 'holdfast', fields: [] })
    this.#event(own, LEVELS.warning, undefined, 'events suppressed by the rate limit', fields, undefined, undefined)
  }

  #makeState(spec: LoggerSpec): LoggerState {
    const { encoder, levels } = this.#parts
    const cell = spec.level === undefined ? levels.cell(spec.name) : { threshold: spec.level }
    const bound = spec.fields.length === 0 ? undefined : encoder.bound(spec.name, spec.fields, spec.serializers)
    const definition = { name: encoder.name(spec.name), bound: bound?.json ?? '', segment: 0, ref: 0 }
    return new LoggerState(this, spec, cell, definition, bound)
  }

  #refuse(reason: RefuseReason, result: LogResult): LogResult {
    this.counters.refuse(reason)
    return result
  }
}
