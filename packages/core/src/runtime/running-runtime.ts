import {
  type BindOptions,
  type ContextFields,
  createLogger,
  type Level,
  type Logger,
  type LoggerHandle,
  type LoggerSpec,
  type LogRecord,
  levelName,
  levelValue,
  type RuntimePort,
} from '@holdfast/api'
import { ConfigError } from '../config/config-error.js'
import { type ContextPayload, serializeContext } from '../context/context-payload.js'
import type { DiagnosticHook } from '../diagnostics/catalogue.js'
import { tellUpkeepFailure, type Upkeep } from '../diagnostics/upkeep.js'
import { liveTrace } from '../pipeline/live-trace.js'
import { copySegments, readSegments } from '../ring/snapshot.js'
import { childEnv, type Lineage, type TreeVariables } from '../tree/lineage.js'
import type { FlushOptions } from '../writer/writer.js'
import { BUFFER_MAX_BYTES, BUFFER_MAX_EVENTS, type BufferedEvents } from './buffered-event.js'
import { type DeliveryReport, makeReport } from './delivery-report.js'
import { inspectLane, type RuntimeInspection } from './inspection.js'
import { LastWords } from './last-words.js'
import type { LaneEnd } from './late-events.js'
import type { RuntimeParts } from './parts.js'
import type { Runtime } from './runtime.js'
import { type SeveritySnapshot, severitySnapshot } from './severity.js'

/** How this runtime hands itself down. */
export interface Descent {
  /** What its children get: the tree, and the processes from the oldest ancestor to this thread. */
  readonly handed: Lineage
  /** Takes back what children would inherit. */
  readonly takeBack: (() => void) | undefined
}

/** The runtime behind `init` and `createRuntime`: it holds the parts together and answers for them. */
export class RunningRuntime implements Runtime, RuntimePort {
  readonly protocol = 1
  readonly #parts: RuntimeParts
  readonly #lastWords: LastWords | undefined
  readonly #descent: Descent
  #closing: Promise<DeliveryReport> | undefined

  /** @param ownsProcess whether it may listen to the end of the process: the installed one does, isolated ones do not */
  constructor(parts: RuntimeParts, ownsProcess: boolean, descent: Descent) {
    this.#parts = parts
    this.#descent = descent
    this.#lastWords = ownsProcess ? this.#makeLastWords() : undefined
    this.#lastWords?.install()
  }

  get service(): string {
    return this.#parts.settings.service
  }

  get environment(): string {
    return this.#parts.settings.environment
  }

  get origin(): string {
    return this.#parts.origin
  }

  get isClosed(): boolean {
    return this.#closing !== undefined
  }

  // ---- producing

  attach(spec: LoggerSpec): LoggerHandle {
    return this.#parts.pipeline.attach(spec)
  }

  get(name = 'app'): Logger {
    return createLogger({ port: this }, { name: String(name), fields: [] })
  }

  bind<T>(fields: ContextFields, run: () => T): T
  bind<T>(fields: ContextFields, options: BindOptions, run: () => T): T
  bind<T>(fields: ContextFields, second: BindOptions | (() => T), third?: () => T): T {
    const run = typeof second === 'function' ? second : third
    if (run === undefined) throw new TypeError('Expected `bind` to get a function to run as its last argument, got `undefined`.')
    return this.#parts.binder.bind(fields, typeof second === 'function' ? {} : second, run)
  }

  bindFunction<A extends readonly unknown[], R>(run: (...args: A) => R): (...args: A) => R {
    return this.#parts.binder.bindFunction(run)
  }

  bindProcess(fields: ContextFields): void {
    this.#parts.renderer.extendBase(fields)
  }

  serializeContext(): ContextPayload {
    const { binder, renderer, settings, hub } = this.#parts
    const context = binder.current()
    return serializeContext(context, liveTrace(settings.traceProvider, hub.report) ?? renderer.traceOf(context))
  }

  childEnv(): TreeVariables {
    return childEnv({ lineage: this.#descent.handed, context: this.serializeContext() })
  }

  /** Takes over what was logged before there was a runtime. */
  replay({ events, dropped }: BufferedEvents): void {
    const { pipeline, renderer, sink, hub } = this.#parts
    if (dropped > 0) {
      pipeline.gate.calls += dropped
      pipeline.counters.refuse('pre_init_full', dropped)
      hub.report('pre_init_dropped', { count: dropped, limit_events: BUFFER_MAX_EVENTS, limit_bytes: BUFFER_MAX_BYTES })
    }
    for (const event of events) {
      pipeline.gate.calls++
      if (event.level < pipeline.attach({ name: event.logger, fields: [] }).cell.threshold) {
        pipeline.gate.belowLevel++
        continue
      }
      sink.append(
        event.level,
        event.time,
        { ...event.texts, context: renderer.definition(event.context) },
        event.context,
        event.logger,
      )
    }
  }

  // ---- control

  async flush(options: FlushOptions = {}): Promise<DeliveryReport> {
    if (this.#closing !== undefined) return this.#closing
    this.#parts.sink.tellLoss()
    const timedOut = await this.#parts.writer.flush(options)
    return this.#report(timedOut)
  }

  shutdown(options: FlushOptions = {}): Promise<DeliveryReport> {
    this.#closing ??= this.#close(options)
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown()
  }

  records(): Iterable<LogRecord> {
    const { ring, settings, writer } = this.#parts
    // shared memory is somebody else's after the end
    if (this.isClosed && writer.outlivesProcess) return []
    return readSegments(copySegments(ring.segments), this.origin, settings.ring.maxEvents).records
  }

  report(): DeliveryReport {
    return this.#report(false)
  }

  setLevels(levels: Readonly<Record<string, Level>>, options: { readonly forMs?: number } = {}): void {
    const { levels: table, clock, hub } = this.#parts
    const changes = parseLevels(levels)
    const { forMs } = options
    if (forMs === undefined) table.change(changes)
    else {
      if (!(forMs >= 1 && forMs <= MAX_TIMER_MS)) throw wrongDuration(forMs)
      const end = table.overlay(changes)
      clock.after(forMs, () => hub.report('level_changed', { levels: namesOf(end()), for_ms: null }))
    }
    hub.report('level_changed', { levels: namesOf(changes), for_ms: forMs ?? null })
  }

  onDiagnostic(hook: DiagnosticHook): () => void {
    return this.#parts.hub.add(hook)
  }

  /** Tells that something failed which nobody has called. */
  tellFailure(what: Upkeep, error: unknown): void {
    tellUpkeepFailure(this.#parts.hub.report, what, error)
  }

  severitySnapshot(): SeveritySnapshot {
    return severitySnapshot(this.#parts.pipeline.counters, this.#parts.writer.statuses)
  }

  reopen(): void {
    this.#parts.writer.reopen()
  }

  inspect(): RuntimeInspection {
    const { settings, ring, levels, writer, hub } = this.#parts
    const statuses = writer.statuses
    return {
      service: settings.service,
      environment: settings.environment,
      origin: this.origin,
      writer: writer.inspection,
      ring: { maxBytes: settings.ring.maxBytes, heldBytes: ring.bytesHeld, segments: ring.segmentCount, events: ring.events },
      levels: hub.clean(levels.names),
      lanes: hub.clean(Object.fromEntries(statuses.map((lane) => [lane.name, inspectLane(lane)]))),
      place: this.#parts.place(),
      report: this.report(),
      members: this.#parts.members(),
      hookErrors: hub.hookErrors,
    }
  }

  async #close(options: FlushOptions): Promise<DeliveryReport> {
    const { sink, pipeline, writer, hub, settings } = this.#parts
    pipeline.tellAllSuppressed()
    sink.tellLoss()
    pipeline.close()
    const closing = writer.close(options)
    this.#lastWords?.stopListening()
    const timedOut = await closing
    this.#lastWords?.uninstall()
    this.#descent.takeBack?.()
    this.#parts.binder.unwatch(pipeline.gate)
    const report = this.#report(timedOut)
    const late = Object.entries(report.adapters).filter(([, { dropped, pending }]) => (dropped.shutdown ?? 0) + pending > 0)
    if (late.length > 0) {
      hub.report('queue_shutdown_timeout', {
        timeout_ms: options.timeoutMs ?? settings.queue.stopTimeoutMs,
        timed_out: timedOut,
        dropped: late.reduce((sum, [, { dropped }]) => sum + (dropped.shutdown ?? 0), 0),
        pending: late.reduce((sum, [, { pending }]) => sum + pending, 0),
        adapters: late.map(([name]) => name),
      })
    }
    return report
  }

  #report(timedOut: boolean): DeliveryReport {
    const { pipeline, writer, sink } = this.#parts
    return makeReport(pipeline.counters, writer.statuses, sink.loss.count, timedOut)
  }

  #makeLastWords(): LastWords {
    const { settings, hub, writer, sink } = this.#parts
    // what a writer process has not delivered yet, it or the next run will
    const lanes = (): readonly LaneEnd[] =>
      writer.statuses.map(({ name, delivered, pending: held, place }) => {
        const pending = held + sink.loss.count
        return { name, delivered, pending, lost: place === 'writer' && writer.isRecoverable ? 0 : pending }
      })
    return new LastWords({
      clock: this.#parts.clock,
      settings: writer.outlivesProcess ? { ...settings.lastWords, signals: [] } : settings.lastWords,
      report: hub.report,
      drain: (budgetMs, isEnd) => {
        sink.tellLoss()
        writer.lastDrain(budgetMs, isEnd)
      },
      lastly: (deliver) => sink.lastly(deliver),
      reopen: () => writer.reopen(),
      lanes,
      emitted: () => this.#parts.pipeline.counters.emitted.total,
      needsLoop: () =>
        writer.statuses.some(
          (lane) => lane.place === 'application' && !lane.canWriteSync && lane.state !== 'down' && lane.pending > 0,
        ),
      flush: () => this.flush(),
      wantsReopen: writer.wantsReopen,
    })
  }
}

/** Node's timers wait no longer. */
const MAX_TIMER_MS = 2 ** 31 - 1

function wrongDuration(forMs: number): ConfigError {
  return new ConfigError([{ path: 'forMs', expected: `a number from 1 to ${MAX_TIMER_MS}`, got: `\`${forMs}\`` }])
}

function parseLevels(levels: Readonly<Record<string, Level>>): Record<string, number> {
  const entries = Object.entries(levels).map(([name, level]) => [name, levelValue(level), level] as const)
  const problems = entries
    .filter(([, value]) => value === undefined)
    .map(([name, , level]) => ({ path: `levels['${name}']`, expected: 'a level name', got: `\`${String(level).slice(0, 60)}\`` }))
  if (problems.length > 0) throw new ConfigError(problems)
  return Object.fromEntries(entries.map(([name, value]) => [name, value as number]))
}

function namesOf(levels: Readonly<Record<string, number | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(levels).map(([name, value]) => [name, value === undefined ? 'inherited' : levelName(value)]),
  )
}
