import { closeSync, openSync, writeSync } from 'node:fs'
import { COLUMNS, type ColumnId, EVENTS } from '../columns.js'
import { loadLogger } from '../loggers/load-logger.js'
import type { WriteEvent } from '../loggers/write-event.js'
import type { RowId } from '../rows.js'
import { end } from './end.js'

/** Long enough for worker threads and streams of any row to be ready. */
const WARM_UP_MS = 150
/** Ends the process when an event is not accepted. */
const REFUSED_EXIT_CODE = 70

/**
 * Logs numbered events and stores, outside any logger, how many of the first ones were accepted.
 * The counter never runs ahead: it is stored after the call returned.
 */
async function main(row: RowId, columnId: ColumnId, perTick: number, file: string, counterFile: string): Promise<void> {
  const column = COLUMNS.find((candidate) => candidate.id === columnId)
  if (column === undefined) throw new RangeError(`Expected a column of the matrix, got \`${columnId}\`.`)
  const open = await loadLogger(row)
  const counter = openSync(counterFile, 'w')
  const total = column.end === 'moment' ? Number.POSITIVE_INFINITY : column.id === 'init-tick' ? perTick : EVENTS
  let accepted = 0

  const logTick = (write: WriteEvent): void => {
    for (let left = perTick; left > 0; left--) {
      if (!write(accepted + 1)) process.exit(REFUSED_EXIT_CODE)
      accepted++
      if (column.counter === 'each') store(counter, accepted)
      if (accepted === 1) writeSync(1, 'go\n')
    }
    if (accepted < total) {
      setImmediate(logTick, write)
      return
    }
    store(counter, accepted)
    closeSync(counter)
    end(column.id)
  }

  if (column.id === 'init-tick') return logTick(open(file))
  const write = open(file)
  setTimeout(logTick, WARM_UP_MS, write)
}

const bytes = Buffer.alloc(8)

function store(counter: number, accepted: number): void {
  bytes.writeDoubleLE(accepted)
  writeSync(counter, bytes, 0, bytes.length, 0)
}

const [row, column, perTick, file = '', counterFile = ''] = process.argv.slice(2)
// out of the promise: what is thrown later must be an uncaught exception, and no rejection
await main(row as RowId, column as ColumnId, Number(perTick), file, counterFile)
