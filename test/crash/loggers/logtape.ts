import { getFileSink, getStreamFileSink } from '@logtape/file'
import { configureSync, getJsonLinesFormatter, getLogger, type Sink } from '@logtape/logtape'
import { fields, MESSAGE } from './event.js'
import type { WriteEvent } from './write-event.js'

function open(sink: Sink): WriteEvent {
  configureSync({
    sinks: { file: sink },
    loggers: [
      { category: 'victim', sinks: ['file'], lowestLevel: 'info' },
      { category: ['logtape', 'meta'], sinks: [], lowestLevel: 'error' },
    ],
  })
  const log = getLogger('victim').with({ service: 'victim', environment: 'test', request_id: 'req-1' })
  return (number) => {
    log.info(MESSAGE, fields(number))
    return true
  }
}

/** The blocking file sink as it ships. */
export function openFile(file: string): WriteEvent {
  return open(getFileSink(file, { formatter: getJsonLinesFormatter() }))
}

/** The stream sink. It can only be disposed asynchronously, which `configureSync` refuses: it is handed over as a plain function. */
export function openStream(file: string): WriteEvent {
  const sink = getStreamFileSink(file, { formatter: getJsonLinesFormatter() })
  return open((record) => sink(record))
}
