import type { EventError, LogEvent } from '@holdfast/api'

/** A small event; parts can be replaced. */
export function makeEvent(parts: Partial<LogEvent> = {}): LogEvent {
  return {
    v: 1,
    event_id: '0193a4b2-7000-7000-8000-000000000001',
    timestamp: '2026-11-20T12:34:56.789012Z',
    level: 'INFO',
    level_value: 20,
    logger: 'worker',
    message: 'started',
    context: {},
    origin: 'k3v9x2m4p7q1s',
    seq: 17,
    ...parts,
  }
}

const READ_ERROR: EventError = {
  type: 'Error',
  message: "ENOENT: no such file or directory, open '/data/in/4.mkv'",
  code: 'ENOENT',
  stack: [
    "Error: ENOENT: no such file or directory, open '/data/in/4.mkv'",
    '    at async open (node:internal/fs/promises:639:25)',
    '    at async encode (/srv/encoder/src/encode.ts:112:5)',
    '    at async worker (/srv/encoder/src/worker.ts:31:3)',
  ].join('\n'),
}

/** An error with a cause, with which it shares frames. */
export const CHUNK_ERROR: EventError = {
  type: 'ChunkError',
  message: 'chunk 4 could not be read\nit was there a minute ago',
  stack: [
    'ChunkError: chunk 4 could not be read',
    'it was there a minute ago',
    '    at check (/srv/encoder/src/check.ts:15:11)',
    '    at async encode (/srv/encoder/src/encode.ts:112:5)',
    '    at async worker (/srv/encoder/src/worker.ts:31:3)',
  ].join('\n'),
  cause: READ_ERROR,
  extra: { chunk: 4 },
}

/** What AggregateError becomes, with a member that is no Error. */
export const MANY_ERRORS: EventError = {
  type: 'AggregateError',
  message: 'all mirrors failed',
  stack: 'AggregateError: all mirrors failed\n    at fetchAny (/srv/encoder/node_modules/mirrors/index.js:7:9)',
  errors: [
    { type: 'TimeoutError', message: 'mirror-1', stack: 'TimeoutError: mirror-1\n    at get (/srv/encoder/src/get.ts:3:1)' },
    'mirror-2: refused',
  ],
}

const CONTEXT: LogEvent['context'] = {
  service: 'encoder',
  environment: 'prod',
  job_id: 'batch-742',
  request_id: 'req-18',
  user_name: 'ann',
  hostname: 'node7',
  process_id: 4312,
  process_id_chain: [4290, 4312],
  extra: { tenant: 'acme' },
}

/** One of each: every level, every kind of value, wide and combining characters, errors. */
export const EVENTS: readonly LogEvent[] = [
  makeEvent({
    level: 'TRACE',
    level_value: 5,
    logger: 'encoder.ffmpeg',
    message: 'spawned',
    extra: { args: ['-i', 'a b.mkv'], pid: 4420 },
  }),
  makeEvent({
    level: 'DEBUG',
    level_value: 10,
    logger: 'queue',
    message: 'connected',
    extra: { host: 'nats-1', id: '42', n: 42, ok: true, none: null },
  }),
  makeEvent({ message: 'job started', context: CONTEXT, extra: { input: 'Müller & Söhne.mkv', nested: { a: { b: [1, 'x'] } } } }),
  makeEvent({ logger: '映像', message: '東京の映像 🎬 を処理しています', extra: { 進捗: '25%', team: '👩‍💻 Zoë', flag: '🏴󠁧󠁢󠁳󠁣󠁴󠁿' } }),
  makeEvent({
    message: 'cafe\u0301 ｱｶﾞ नमस्ते ✓',
    timestamp: '2026-06-30T22:59:59.999999Z',
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  }),
  makeEvent({ level: 'WARNING', level_value: 30, message: '', extra: { 'odd key': '', '=': '"q"', path: 'C:\\new folder' } }),
  makeEvent({
    level: 'ERROR',
    level_value: 40,
    message: 'job failed',
    context: CONTEXT,
    extra: { chunk: 4 },
    error: CHUNK_ERROR,
  }),
  makeEvent({
    level: 'ERROR',
    level_value: 40,
    logger: 'fetch',
    message: 'no mirror',
    error: MANY_ERRORS,
    extra: { last: CHUNK_ERROR.cause as never },
  }),
  makeEvent({
    level: 'CRITICAL',
    level_value: 50,
    logger: 'evil\nINFO root',
    message: 'x\r\n2026-11-20 INFO root  all is well\u001b[2J\u009b31m\u202e\u2028',
    extra: { 'k\u001b]8;;http://evil\u0007': 'v\u200b\u2066', request_id: 'not-the-real-one' },
  }),
]
