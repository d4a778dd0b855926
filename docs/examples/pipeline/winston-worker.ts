import { relative } from 'node:path'
import { createLogger, format, transports } from 'winston'
import { serveBatches } from './batch.js'
import { compress, type JobLog } from './compress.js'
import { countCalls } from './count-calls.js'

const [, , target = '', counters = '', logFile = ''] = process.argv

const logger = createLogger({
  level: 'debug',
  format: format.combine(format.timestamp(), format.json()),
  transports: [new transports.File({ filename: logFile, options: { flags: 'a' } })],
})
let context = {}

const asJobLog: JobLog = {
  debug: (message, fields) => void logger.debug(message, { ...context, ...fields }),
  info: (message, fields) => void logger.info(message, { ...context, ...fields }),
  warning: (message, fields) => void logger.warn(message, { ...context, ...fields }),
  error: (message, error, fields) => void logger.error(message, { ...context, ...fields, stack: error.stack }),
}
const log = countCalls(asJobLog, counters)

serveBatches(
  (file) => {
    context = { pid: process.pid, request_id: `file-${file.index}`, file: relative('.', file.path) }
    return compress(file, target, log)
  },
  () => logger.end(),
)
