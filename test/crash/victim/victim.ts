import { closeSync, openSync, writeSync } from 'node:fs'
import { COLUMNS, type Column, type ColumnId, EVENTS } from '../columns.js'
import { loadLogger } from '../loggers/load-logger.js'
import type { WriteEvent } from '../loggers/write-event.js'
import { ROWS, type RowId } from '../rows.js'
import { end } from './end.js'

/** Long enough for streams of any row to be ready; threads and processes say when they are. */
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
  const total = eventsOf(column, perTick)
  // a writer elsewhere may be slower than calls that do nothing else: those that find no room are no accepted events
  const mayBeFull = ROWS.find(({ id }) => id === row)?.promise !== undefined && column.counter === 'each'
  let accepted = 0
  let hasBeenFull = false

  const logTick = (write: WriteEvent): void => {
    for (let left = perTick; left > 0; left--) {
      if (!write(accepted + 1)) {
        if (!mayBeFull) process.exit(REFUSED_EXIT_CODE)
        if (!hasBeenFull) writeSync(1, 'full\n')
        hasBeenFull = true
        break
      }
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

  if (column.id === 'init-tick') return logTick(open(file, columnId))
  const write = open(file, columnId)
  await write.ready
  setTimeout(logTick, WARM_UP_MS, write)
}

function eventsOf({ id, end }: Column, perTick: number): number {
  if (end === 'inside') return id === 'init-tick' ? perTick : EVENTS
  return end === 'blocked' || end === 'writer' ? EVENTS : Number.POSITIVE_INFINITY
}

const bytes = Buffer.alloc(8)

function store(counter: number, accepted: number): void {
  bytes.writeDoubleLE(accepted)
  writeSync(counter, bytes, 0, bytes.length, 0)
}

const [row, column, perTick, file = '', counterFile = ''] = process.argv.slice(2)
// out of the promise: what is thrown later must be an uncaught exception, and no rejection
await main(row as RowId, column as ColumnId, Number(perTick), file, counterFile)
