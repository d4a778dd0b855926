import type { EventTexts } from '../ring/producer.js'

/** What every line has besides its texts: ids, time, level, names of members. */
const LINE_BASE_BYTES = 220

/** About how long the line of an event is. */
export function lineBytes({ logger, context, message, head, extra, error }: EventTexts): number {
  return (
    LINE_BASE_BYTES +
    logger.name.length +
    logger.bound.length +
    context.json.length +
    message.json.length +
    head.length +
    extra.length +
    error.length
  )
}
