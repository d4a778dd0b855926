import { createRequire } from 'node:module'
import { LEVELS, type LogEvent, type LogRecord } from '@holdfast/api'
import { type GraylogOptions, graylogAdapter } from '@holdfast/graylog'
import { createRuntime } from 'holdfast'
import { processClock } from '../harness/task-clock.js'
import { CONTEXT, LOGGER, MESSAGE, orderFields } from '../workload.js'

/** One way of bringing events to the server. */
export interface Subject {
  readonly name: string
  /** Events of one lap. */
  readonly perLap: number
  /** CPU time in milliseconds of processes other than this one that work for it. */
  readonly elsewhereMs?: () => number
  /** Sends so many events, and resolves when the kernel has them. */
  send(count: number): Promise<void>
  close(): Promise<void>
}

const BATCH = 512
/** gelf-pro opens a socket for each message at once; more than this and it runs out of descriptors. */
const IN_FLIGHT = 64

/** Parsed anew by whoever reads it, as a record of the ring is. */
class FreshRecord implements LogRecord {
  readonly level: number = LEVELS.info
  readonly time: number = Date.now()
  readonly json: string

  constructor(json: string) {
    this.json = json
  }

  get event(): LogEvent {
    return JSON.parse(this.json) as LogEvent
  }
}

/** Our adapter alone: canonical lines in, GELF out. */
export function ownAdapter(options: GraylogOptions, perLap: number): Subject {
  const adapter = graylogAdapter(options).create()
  const lines = Array.from({ length: BATCH }, (_, index) => JSON.stringify(eventOf(index)))
  return {
    name: `@holdfast/graylog, ${options.protocol}`,
    perLap,
    async send(count) {
      for (let sent = 0; sent < count; sent += BATCH) {
        const batch = lines.slice(0, Math.min(BATCH, count - sent)).map((json) => new FreshRecord(json))
        await adapter.write(batch, AbortSignal.timeout(30_000))
      }
    },
    async close() {
      await adapter.close?.()
    },
  }
}

/** From `log.info` through ring, lane and adapter, wherever the writer is, until the server has read everything. */
export function endToEnd(options: GraylogOptions, perLap: number, worker: 'local' | 'process', spoolDir: string): Subject {
  const runtime = createRuntime({
    service: CONTEXT.service,
    environment: CONTEXT.environment,
    adapters: [graylogAdapter(options)],
    queue: worker === 'local' ? { maxEvents: 20_000 } : { worker, spoolDir, putTimeoutMs: 30_000 },
  })
  const log = runtime.get(LOGGER)
  return {
    name: `log.info → ${worker} → @holdfast/graylog, ${options.protocol}`,
    perLap,
    elsewhereMs: () => (worker === 'local' ? 0 : cpuMsOf(runtime.inspect().writer.pid)),
    async send(count) {
      for (let index = 0; index < count; index++) {
        log.info(MESSAGE, orderFields(index))
        if (index % 100 === 99) await new Promise((resolve) => setImmediate(resolve))
      }
      await runtime.flush({ timeoutMs: 30_000 })
    },
    async close() {
      const { adapters } = await runtime.shutdown()
      const { delivered, dropped, pending } = adapters['graylog'] ?? {}
      if (Object.keys(dropped ?? {}).length > 0 || pending !== 0) throw new Error(`${delivered} delivered, not all`)
    },
  }
}

/** A writer that is not up yet has no id. */
function cpuMsOf(pid: number): number {
  return pid === 0 ? 0 : processClock(pid).read()
}

interface GelfPro {
  setConfig(config: object): GelfPro
  adapter: unknown
  message(message: string, level: number, extra: object, callback: (error?: Error) => void): void
}

/** gelf-pro as its documentation shows it, with the same fields. */
export function gelfPro(protocol: 'tcp' | 'tls' | 'udp', port: number, perLap: number, ca: string): Subject {
  const shared = createRequire(import.meta.url)('gelf-pro') as GelfPro
  const gelf = Object.create(shared) as GelfPro
  gelf.setConfig({
    adapterName: protocol === 'tls' ? 'tcp-tls' : protocol,
    adapterOptions: { host: '127.0.0.1', port, protocol: 'udp4', ...(protocol === 'tls' ? { ca, servername: 'localhost' } : {}) },
  })
  const sendOne = (index: number): Promise<void> =>
    new Promise((resolve, reject) => {
      gelf.message(MESSAGE, 6, extraOf(index), (error) => (error ? reject(error) : resolve()))
    })
  return {
    name: `gelf-pro, ${protocol}`,
    perLap,
    async send(count) {
      let next = 0
      const work = async (): Promise<void> => {
        while (next < count) await sendOne(next++)
      }
      await Promise.all(Array.from({ length: IN_FLIGHT }, work))
    },
    async close() {
      // it keeps nothing
    },
  }
}

function eventOf(index: number): LogEvent {
  return {
    v: 1,
    event_id: '019a9f2c-2b29-750a-802e-d91300000011',
    timestamp: '2026-11-20T12:34:56.789012Z',
    level: 'INFO',
    level_value: LEVELS.info,
    logger: LOGGER,
    message: MESSAGE,
    context: CONTEXT,
    extra: orderFields(index),
    origin: 'xzuaekofpnlxvf',
    seq: index + 1,
  }
}

/** The same information as GELF fields. */
function extraOf(index: number): object {
  const { hostname, process_id_chain, ...context } = CONTEXT
  return {
    host: hostname,
    timestamp: Date.now() / 1000,
    level_name: 'INFO',
    logger: LOGGER,
    event_id: '019a9f2c-2b29-750a-802e-d91300000011',
    ...context,
    process_id_chain: process_id_chain.join('>'),
    origin: 'xzuaekofpnlxvf',
    seq: index + 1,
    ...orderFields(index),
    ok: 'true',
  }
}
