import { type BindOptions, type ContextFields, LEVELS, type LoggerHandle, type LoggerSpec, type RuntimePort } from '@holdfast/api'
import { systemClock } from '../clock.js'
import { LIMIT_DEFAULTS, SCRUB_DEFAULTS } from '../config/settings.js'
import type { ContextBinder } from '../context/context-binder.js'
import { ContextRenderer } from '../context/context-renderer.js'
import type { Report } from '../diagnostics/catalogue.js'
import { printable } from '../diagnostics/clean-payload.js'
import { writeStderr } from '../diagnostics/hub.js'
import { Encoder } from '../encode/encoder.js'
import { LevelTable } from '../level-table.js'
import { Pipeline } from '../pipeline/pipeline.js'
import { type BufferedEvents, EventBuffer } from './buffered-event.js'

/** Nobody can be told of a shortened value before there is a runtime; the markers in the event say it. */
const toNobody: Report = () => undefined

/**
 * Stands in until `init`: events are kept, encoded with the default scrubbing and limits. A process that never calls `init`
 * stays silent, unless something at ERROR or above was logged: then one line at exit says so.
 */
export class BeforeInit implements RuntimePort {
  readonly protocol = 1
  readonly binder: ContextBinder
  readonly #pipeline: Pipeline
  readonly #buffer = new EventBuffer(() => process.once('exit', this.#onExit))

  constructor(binder: ContextBinder) {
    this.binder = binder
    const encoder = new Encoder({ limits: LIMIT_DEFAULTS, scrub: SCRUB_DEFAULTS, serializers: {}, report: toNobody })
    this.#pipeline = new Pipeline({
      settings: { limits: LIMIT_DEFAULTS, stages: [], traceProvider: undefined },
      clock: systemClock,
      report: toNobody,
      isInside: () => false,
      binder,
      renderer: new ContextRenderer(encoder, {}),
      encoder,
      levels: new LevelTable(LEVELS.debug, {}),
      rateLimiter: undefined,
      sink: this.#buffer,
    })
  }

  attach(spec: LoggerSpec): LoggerHandle {
    return this.#pipeline.attach(spec)
  }

  bind<T>(fields: ContextFields, options: BindOptions, run: () => T): T {
    return this.binder.bind(fields, options, run)
  }

  /** Hands over what was logged so far, and the number of events that had no room. */
  takeEvents(): BufferedEvents {
    process.off('exit', this.#onExit)
    return this.#buffer.take()
  }

  readonly #onExit = (): void => {
    const severe = this.#buffer.events.filter(({ level }) => level >= LEVELS.error)
    const first = severe[0]
    if (first === undefined) return
    const more = severe.length === 1 ? '' : ` (and ${severe.length - 1} more at ERROR or above)`
    const { logger, message } = first.texts
    writeStderr(`holdfast: init() was never called; ${printable(`${logger.name.slice(1, -1)}: ${message.json}`)}${more}\n`)
  }
}
