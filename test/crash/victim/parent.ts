import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { loadLogger } from '../loggers/load-logger.js'
import type { RowId } from '../rows.js'

const VICTIM = fileURLToPath(new URL('./victim.js', import.meta.url))

// the root of a tree that logs nothing itself, and a victim that joins it
const [row, , , file = ''] = process.argv.slice(2)
const open = await loadLogger(row as RowId)
// set up as for any other ending: only the victim joins
open(file, 'sigkill-outside')
spawn(process.execPath, [...process.execArgv, VICTIM, ...process.argv.slice(2)], { stdio: 'inherit' })
