import { relative } from 'node:path'
import { type Logger, pino } from 'pino'
import { serveBatches } from './batch.js'
import { compress, type JobLog } from './compress.js'
import { countCalls } from './count-calls.js'

const [, , target = '', counters = '', logFile = '', destination = ''] = process.argv

const stream =
  destination === 'sync'
    ? pino.destination({ dest: logFile, append: true, sync: true })
    : pino.transport({ target: 'pino/file', options: { destination: logFile, append: true } })
let context = {}
const logger = pino({ level: 'debug', mixin: () => context }, stream)

const asJobLog = (log: Logger): JobLog => ({
  debug: (message, fields) => log.debug(fields, message),
  info: (message, fields) => log.info(fields, message),
  warning: (message, fields) => log.warn(fields, message),
  error: (message, err, fields) => log.error({ err, ...fields }, message),
})
const log = countCalls(asJobLog(logger), counters)

// a transport flushes and ends by itself when the process comes to its end
serveBatches(
  (file) => {
    context = { request_id: `file-${file.index}`, file: relative('.', file.path) }
    return compress(file, target, log)
  },
  () => undefined,
)
