import type { RowId } from '../rows.js'
import type { WriteEvent } from './write-event.js'

/** Opens the logger of a row in the current tick; loaded before, so that a victim can crash in the tick of `init`. */
export async function loadLogger(row: RowId): Promise<(file: string) => WriteEvent> {
  switch (row) {
    case 'holdfast-call':
      return (await import('./holdfast.js')).openPerCall
    case 'holdfast-tick':
      return (await import('./holdfast.js')).openPerTick
    case 'pino-sync':
      return (await import('./pino.js')).openSync
    case 'pino-buffered':
      return (await import('./pino.js')).openBuffered
    case 'pino-async':
      return (await import('./pino.js')).openAsync
    case 'pino-transport':
      return (await import('./pino.js')).openTransport
    case 'winston-file':
      return (await import('./winston.js')).openFile
    case 'logtape-file':
      return (await import('./logtape.js')).openFile
    case 'logtape-stream':
      return (await import('./logtape.js')).openStream
  }
}
