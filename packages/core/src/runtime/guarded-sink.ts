import { LEVELS, type LogResult, levelName } from '@holdfast/api'
import type { BoundContext } from '../context/bound-context.js'
import { printable } from '../diagnostics/clean-payload.js'
import { writeStderr } from '../diagnostics/hub.js'
import type { EventTexts } from '../ring/producer.js'
import type { RuntimeInspection } from './inspection.js'
import { RingSink, type RingSinkParts } from './ring-sink.js'

/** The sink of a process that may have no place for its events: then it refuses them, and what is severe goes to stderr. */
export class GuardedSink extends RingSink {
  readonly #counters: RingSinkParts['counters']
  readonly #place: () => RuntimeInspection['place']

  constructor(parts: RingSinkParts, place: () => RuntimeInspection['place']) {
    super(parts)
    this.#counters = parts.counters
    this.#place = place
  }

  override append(level: number, time: number, texts: EventTexts, context: BoundContext | undefined, logger: string): LogResult {
    if (this.#place() !== 'none') return super.append(level, time, texts, context, logger)
    this.#counters().refuse('no_destination')
    if (level >= LEVELS.error) writeStderr(`holdfast: no_destination ${printable(lineOf(level, time, texts))}\n`)
    return 'refused'
  }
}

/** The canonical line, without what only an event in a ring has. All of it is scrubbed and JSON already. */
function lineOf(
  level: number,
  time: number,
  { logger, message, head, context, extra, error, replacesBound }: EventTexts,
): string {
  const start = `{"timestamp":"${new Date(time).toISOString()}","level":"${levelName(level).toUpperCase()}"`
  const bound = replacesBound ? '' : logger.bound
  const fields =
    bound === '' || extra === '' ? bound || extra : extra === '{}' ? bound : `${bound.slice(0, -1)},${extra.slice(1)}`
  const members = [fields === '' ? '' : `,"extra":${fields}`, error === '' ? '' : `,"error":${error}`].join('')
  return `${start},"logger":${logger.name},"message":${message.json}${head},"context":${context.json}${members}}`
}
