import { shutdown } from 'holdfast'
import type { ColumnId } from '../columns.js'
import { loadLogger } from '../loggers/load-logger.js'
import type { RowId } from '../rows.js'

// the application starts anew after a crash, and has nothing to log
const [row, column, file = ''] = process.argv.slice(2)
const open = await loadLogger(row as RowId)
open(file, column as ColumnId)
await shutdown()
