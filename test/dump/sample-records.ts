import type { EventContext, EventError, JsonValue, LevelName, LogRecord } from '@holdfast/api'
import { makeRecord } from '@holdfast/testkit'

/**
 * What a service that encodes videos may have logged in 40 minutes: the same records each time. Levels, lengths, contexts and errors are
 * about as mixed as in real logs; a burst of errors is in the middle.
 */
export function sampleRecords(count: number): readonly LogRecord[] {
  const random = seeded(42)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  let time = START
  return Array.from({ length: count }, (_, i) => {
    const isBurst = Math.abs(i / count - 0.62) < 0.03
    time += (random() ** 3 * 4 * SPAN_MS * (isBurst ? 0.3 : 1)) / count
    const level = isBurst && random() < 0.4 ? pick(TROUBLE) : levelAt(random())
    const line = pick(LINES[level])
    const error = line.error === undefined ? undefined : errorOf(line.error, random)
    return makeRecord({
      seq: i + 1,
      origin: pick(ORIGINS),
      time: Math.round(time * 1000) / 1000,
      level,
      logger: line.logger,
      message: line.message,
      context: contextOf(random),
      extra: line.extra(random),
      ...(error === undefined ? undefined : { error }),
    })
  })
}

const START = Date.UTC(2026, 10, 20, 12, 4, 11)
const SPAN_MS = 40 * 60_000
const ORIGINS = ['k3v9x2m4p7q1s', 'x8d2h6t0w5c3n', 'b1f7y9r4z2j6l']
const TROUBLE: readonly LevelName[] = ['warning', 'error', 'error', 'critical']

type Random = () => number

interface Line {
  readonly logger: string
  readonly message: string
  readonly extra: (random: Random) => Readonly<Record<string, JsonValue>>
  readonly error?: string
}

function levelAt(share: number): LevelName {
  if (share < 0.02) return 'trace'
  if (share < 0.22) return 'debug'
  if (share < 0.93) return 'info'
  return share < 0.985 ? 'warning' : 'error'
}

const whole = (random: Random, below: number): number => Math.floor(random() * below)
const file = (random: Random): string => `/data/in/2026-11-20/take-${whole(random, 900) + 100}.mkv`

const LINES: Readonly<Record<LevelName, readonly Line[]>> = {
  trace: [
    {
      logger: 'encoder.ffmpeg',
      message: 'spawned',
      extra: (r) => ({ pid: 4000 + whole(r, 900), args: ['-i', file(r), '-c:v', 'libx265'] }),
    },
  ],
  debug: [
    { logger: 'queue', message: 'claimed a job', extra: (r) => ({ waiting: whole(r, 60), lease_ms: 30_000 }) },
    {
      logger: 'encoder.ffmpeg',
      message: 'progress',
      extra: (r) => ({ frame: whole(r, 9000), fps: Math.round(r() * 900) / 10, speed: '1.8x' }),
    },
    {
      logger: 'db',
      message: 'SELECT id, state FROM jobs WHERE state = $1 LIMIT 20',
      extra: (r) => ({ rows: whole(r, 20), ms: whole(r, 9) }),
    },
  ],
  info: [
    {
      logger: 'http',
      message: 'GET /v1/jobs/:id',
      extra: (r) => ({ status: 200, ms: Math.round(r() * 240) / 10, bytes: whole(r, 40_000) }),
    },
    {
      logger: 'http',
      message: 'POST /v1/jobs',
      extra: (r) => ({ status: 202, ms: Math.round(r() * 400) / 10, bytes: whole(r, 900) }),
    },
    {
      logger: 'worker',
      message: 'chunk encoded',
      extra: (r) => ({ chunk: whole(r, 48), of: 48, seconds: Math.round(r() * 90) / 10 }),
    },
    {
      logger: 'worker',
      message: 'job finished',
      extra: (r) => ({ output: file(r), size: { width: 1920, height: 1080 }, chunks: 48 }),
    },
    {
      logger: 'storage.s3',
      message: 'uploaded',
      extra: (r) => ({ bucket: 'encoded-eu', bytes: whole(r, 90_000_000), parts: 12 }),
    },
    { logger: '映像', message: '東京の映像 🎬 を処理しています', extra: () => ({ 進捗: '25%', team: '👩‍💻 Zoë' }) },
  ],
  warning: [
    { logger: 'queue', message: 'lease renewed late', extra: (r) => ({ late_ms: whole(r, 4000) }) },
    { logger: 'storage.s3', message: 'slow down, retrying', extra: (r) => ({ attempt: whole(r, 5) + 1, status: 503 }) },
    { logger: 'http', message: 'deprecated parameter', extra: () => ({ parameter: 'preset', use: 'profile' }) },
  ],
  error: [
    { logger: 'worker', message: 'chunk failed', extra: (r) => ({ chunk: whole(r, 48), attempt: 3 }), error: 'ChunkError' },
    { logger: 'storage.s3', message: 'upload failed', extra: (r) => ({ part: whole(r, 12) }), error: 'TimeoutError' },
    { logger: 'http', message: 'request failed', extra: () => ({ status: 500, path: '/v1/jobs' }), error: 'TypeError' },
  ],
  critical: [
    {
      logger: 'worker',
      message: 'out of disk space, stopping',
      extra: () => ({ free_bytes: 0, mount: '/data' }),
      error: 'ENOSPC',
    },
  ],
}

function contextOf(random: Random): EventContext {
  const pid = 4300 + whole(random, 3)
  return {
    service: 'video-encoder',
    environment: 'prod',
    job_id: `batch-${700 + whole(random, 60)}`,
    request_id: `req-${whole(random, 900) + 100}`,
    user_name: ['ann', 'björn', 'chidi'][whole(random, 3)] as string,
    hostname: `node${whole(random, 4) + 5}`,
    process_id: pid,
    process_id_chain: [4290, pid],
    extra: { tenant: ['acme', 'globex', 'initech'][whole(random, 3)] as string },
  }
}

function errorOf(type: string, random: Random): EventError {
  const frames = [
    '    at encode (file:///srv/encoder/src/encode.ts:112:5)',
    '    at async Worker.run (file:///srv/encoder/src/worker.ts:31:3)',
    '    at async pool (file:///srv/encoder/node_modules/p-limit/index.js:24:12)',
    '    at process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
  ].join('\n')
  const path = file(random)
  const inner = `ENOENT: no such file or directory, open '${path}'`
  return {
    type,
    message: `Cannot read chunk ${whole(random, 48)} of ${path}`,
    stack: `${type}: Cannot read chunk of ${path}\n${frames}`,
    cause: {
      type: 'Error',
      message: inner,
      code: 'ENOENT',
      stack: `Error: ${inner}\n    at async open (node:internal/fs/promises:639:25)\n${frames}`,
      extra: { errno: -2, syscall: 'open' },
    },
  }
}

/** A small generator of numbers from 0 to 1 that everybody can repeat (mulberry32). */
function seeded(seed: number): Random {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296
  }
}
