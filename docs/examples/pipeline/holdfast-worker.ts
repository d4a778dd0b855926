import { relative } from 'node:path'
import { bind, get, init, shutdown } from 'holdfast'
import { serveBatches } from './batch.js'
import { compress } from './compress.js'
import { countCalls } from './count-calls.js'

const [, , target = '', counters = ''] = process.argv

// Service, levels, scrubbing and the log file are those of the process that started this one, and so is the job's context.
init()
const log = countCalls(get('pipeline.file'), counters)

serveBatches(
  (file) => bind({ requestId: `file-${file.index}`, file: relative('.', file.path) }, () => compress(file, target, log)),
  shutdown,
)
