import type { RowId } from '../rows.js'
import type { OpenLogger } from './write-event.js'

/** The logger of a row; loaded before it is opened, so that a victim can crash in the tick of `init`. */
export async function loadLogger(row: RowId): Promise<OpenLogger> {
  switch (row) {
    case 'holdfast-call':
      return (await import('./holdfast.js')).openPerCall
    case 'holdfast-tick':
      return (await import('./holdfast.js')).openPerTick
    case 'holdfast-thread':
      return (await import('./holdfast.js')).openThread
    case 'holdfast-process':
      return (await import('./holdfast.js')).openMapped
    case 'holdfast-spool':
      return (await import('./holdfast.js')).openSpool
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
