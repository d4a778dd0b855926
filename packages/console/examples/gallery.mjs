// A few minutes of an imaginary service, as the console shows them. For looking at, and for pictures.
//
//   node packages/console/examples/gallery.mjs [PRESET] [THEME]
import { consoleAdapter } from '@holdfast/console'

const [preset = 'short_loc', theme = 'classic'] = process.argv.slice(2)
const adapter = consoleAdapter({ stream: 'stdout', preset, theme }).create()

const LEVEL_VALUES = { TRACE: 5, DEBUG: 10, INFO: 20, WARNING: 30, ERROR: 40, CRITICAL: 50 }
const START = Date.parse('2026-11-20T12:34:56.012Z')
const request = { job_id: 'batch-7', request_id: 'req-18' }
let seq = 0

function show(level, logger, message, { extra, context, error } = {}) {
  const time = START + seq * 137
  const event = {
    v: 1,
    event_id: `0193a4b2-${String(seq).padStart(4, '0')}-7000-8000-000000000000`,
    timestamp: new Date(time).toISOString().replace('Z', '412Z'),
    level,
    level_value: LEVEL_VALUES[level],
    logger,
    message,
    context: { service: 'encoder', environment: 'prod', hostname: 'node7', process_id: 4312, ...context },
    ...(extra === undefined ? undefined : { extra }),
    ...(error === undefined ? undefined : { error }),
    origin: 'k3v9x2m4p7q1s',
    seq: seq++,
  }
  adapter.writeSync([{ level: event.level_value, time, json: JSON.stringify(event), event }])
}

const readError = {
  type: 'Error',
  message: "ENOENT: no such file or directory, open '/data/in/chunk-4.mkv'",
  code: 'ENOENT',
  stack: [
    "Error: ENOENT: no such file or directory, open '/data/in/chunk-4.mkv'",
    '    at async open (node:internal/fs/promises:639:25)',
    '    at async readChunk (/srv/encoder/src/chunk.ts:48:18)',
    '    at async encode (/srv/encoder/src/encode.ts:112:5)',
    '    at async worker (/srv/encoder/src/worker.ts:31:3)',
  ].join('\n'),
}
const jobError = {
  type: 'ChunkError',
  message: 'chunk 4 could not be read',
  stack: [
    'ChunkError: chunk 4 could not be read',
    '    at encode (/srv/encoder/src/encode.ts:115:11)',
    '    at async encode (/srv/encoder/src/encode.ts:112:5)',
    '    at async worker (/srv/encoder/src/worker.ts:31:3)',
  ].join('\n'),
  cause: readError,
}

show('INFO', 'http', 'listening', { extra: { url: 'http://localhost:8080' } })
show('DEBUG', 'queue', 'connected', { extra: { host: 'nats-1', ms: 12 } })
show('INFO', 'worker', 'job started', { extra: { chunks: 24, input: 'Söhne & Co.mkv' }, context: request })
show('TRACE', 'ffmpeg', 'spawned', { extra: { pid: 4420, args: ['-i', 'chunk-1.mkv'] }, context: request })
show('INFO', 'encoder', '東京の映像を処理中 🎬', { extra: { size: '1.4 GB', 進捗: '25%' }, context: request })
show('INFO', 'encoder', 'chunk done ✓', { extra: { chunk: 3, fps: 58.2, team: '👩‍💻 Zoë' }, context: request })
show('WARNING', 'ffmpeg', 'slow frame', { extra: { ms: 812, limit: 500 }, context: request })
show('ERROR', 'worker', 'job failed', { extra: { chunk: 4, retry: true }, context: request, error: jobError })
show('INFO', 'http', 'GET /\u001b[2J\n12:34:57.000 INFO  root  all is well', {
  extra: { user: 'mal\u202eyrol' },
})
show('CRITICAL', 'app', 'disk full, stopping', { extra: { free: 0, mount: '/data' } })
