import { Writable } from 'node:stream'
import type { JsonValue, LogEvent } from '@holdfast/api'
import { MemoryAdapter } from '@holdfast/testkit'
// @ts-expect-error it has no types
import bunyan from 'bunyan'
import { bridgeConsole, createRuntime, type Logger, type Runtime, type RuntimeConfig } from 'holdfast'
import { captureLogs } from 'holdfast/testing'
import pino from 'pino'
import winston from 'winston'

/** An event of any logger, as far as they are comparable. */
export interface PlainEvent {
  readonly level: string
  readonly logger?: string
  readonly message: string
  readonly fields: { readonly [key: string]: JsonValue }
  /** Message of the error. */
  readonly error?: string
}

/** What a logger is used with: the names that code in a row sees, and what comes out. */
export interface Bench {
  readonly scope: Readonly<Record<string, unknown>>
  events(): readonly PlainEvent[]
  end(): void
}

type Json = { readonly [key: string]: JsonValue }
type Options = Readonly<Record<string, unknown>>

const NUMBERED: Readonly<Record<string, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warning',
  50: 'error',
  60: 'critical',
}
const NAMED: Readonly<Record<string, string>> = { silly: 'trace', verbose: 'debug', http: 'debug', warn: 'warning' }

/** A stream that keeps its lines as objects. */
function memory(): { readonly stream: Writable; readonly lines: Json[] } {
  const lines: Json[] = []
  const write = (chunk: Buffer, _encoding: string, done: () => void): void => {
    lines.push(
      ...String(chunk)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Json),
    )
    done()
  }
  return { stream: new Writable({ write }), lines }
}

export function pinoBench(): Bench {
  const { stream, lines } = memory()
  const make = (options: pino.LoggerOptions = {}): pino.Logger => pino(options, stream)
  return { scope: { pino: make, log: make({ level: 'trace' }) }, events: () => lines.map(fromNumbered), end: () => undefined }
}

export function bunyanBench(): Bench {
  const { stream, lines } = memory()
  const make = (options: Options): unknown => bunyan.createLogger({ serializers: bunyan.stdSerializers, ...options, stream })
  const log = make({ name: 'app', level: 'trace' })
  return { scope: { bunyan: { createLogger: make }, log }, events: () => lines.map(fromNumbered), end: () => undefined }
}

export function winstonBench(): Bench {
  const { stream, lines } = memory()
  const { combine, errors, json } = winston.format
  const make = (options: winston.LoggerOptions = {}): winston.Logger => {
    const format = combine(errors({ stack: true }), ...(options.format === undefined ? [] : [options.format]), json())
    return winston.createLogger({ ...options, format, transports: [new winston.transports.Stream({ stream })] })
  }
  const scope = { winston: { createLogger: make, format: winston.format }, log: make({ level: 'silly' }) }
  return { scope, events: () => lines.map(fromNamed), end: () => undefined }
}

export function consoleBench(): Bench {
  const logs = captureLogs()
  const bridge = bridgeConsole({ logger: 'app', warnings: false })
  return {
    scope: { console },
    events: () => logs.records.map(fromOurs),
    end: () => {
      bridge.restore()
      logs.stop()
    },
  }
}

export function holdfastBench(): Bench {
  const adapter = new MemoryAdapter({ sync: true })
  const start = (config: RuntimeConfig = {}): Runtime => createRuntime({ service: 'shop', ...config, adapters: [adapter] })
  let runtime = start()
  const scope = {
    get log(): Logger {
      return start({ level: 'trace' }).get()
    },
    init: (config?: RuntimeConfig): Logger => {
      runtime = start(config)
      return runtime.get()
    },
    get: (name: string) => runtime.get(name),
  }
  return { scope, events: () => adapter.lines.map((line) => fromOurs(JSON.parse(line) as LogEvent)), end: () => undefined }
}

/** pino and bunyan. */
function fromNumbered({ level, msg, err, name, time, pid, hostname, v, ...fields }: Json): PlainEvent {
  return plain(
    NUMBERED[String(level)] ?? '',
    name,
    msg,
    fields,
    err === undefined ? undefined : Reflect.get(Object(err), 'message'),
  )
}

function fromNamed({ level, message, stack, ...fields }: Json): PlainEvent {
  return plain(NAMED[String(level)] ?? String(level), undefined, message, fields, stack === undefined ? undefined : message)
}

function fromOurs({ level, logger, message, context, extra, error }: LogEvent): PlainEvent {
  return plain(level.toLowerCase(), logger, message, { ...context.extra, ...extra }, error?.message)
}

/** Names that a logger has for want of another are none, and the marks of redaction differ by case alone. */
function plain(level: string, logger: unknown, message: unknown, fields: Json, error: unknown): PlainEvent {
  const lower = JSON.parse(JSON.stringify(fields).replaceAll('[Redacted]', '[REDACTED]')) as Json
  return {
    level,
    ...(logger === undefined || logger === 'app' ? {} : { logger: String(logger) }),
    message: String(message),
    fields: lower,
    ...(error === undefined ? {} : { error: String(error) }),
  }
}
