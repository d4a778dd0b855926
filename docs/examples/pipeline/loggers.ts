import { createRequire } from 'node:module'
import type { LogLine } from './log-line.js'

const require = createRequire(import.meta.url)

/** A logger that can do the job, and how its lines name the call that they are from. */
export interface LoggerUnderTest {
  readonly label: string
  readonly module: URL
  readonly args: readonly string[]
  readonly package: string
  readonly callOf: (line: LogLine) => { readonly pid: number; readonly call: number }
}

const flat = (line: LogLine): { pid: number; call: number } => ({ pid: Number(line['pid']), call: Number(line['call']) })

export type LoggerName = 'holdfast' | 'pino' | 'pino-sync' | 'winston'

export const LOGGERS: Readonly<Record<LoggerName, LoggerUnderTest>> = {
  holdfast: {
    label: "Holdfast, worker: 'process'",
    package: 'holdfast',
    module: new URL('./holdfast-worker.js', import.meta.url),
    args: [],
    callOf: ({ context, extra }) => ({ pid: Number(context?.['process_id']), call: Number(extra?.['call']) }),
  },
  pino: {
    label: 'pino.transport, pino/file',
    module: new URL('./pino-worker.js', import.meta.url),
    args: ['transport'],
    package: 'pino',
    callOf: flat,
  },
  'pino-sync': {
    label: 'pino, sync destination',
    module: new URL('./pino-worker.js', import.meta.url),
    args: ['sync'],
    package: 'pino',
    callOf: flat,
  },
  winston: {
    label: 'winston, File',
    module: new URL('./winston-worker.js', import.meta.url),
    args: [],
    package: 'winston',
    callOf: flat,
  },
}

export function isLoggerName(name: string): name is LoggerName {
  return Object.hasOwn(LOGGERS, name)
}

/** The version of the package of a logger; `undefined` when it is not installed. */
export function versionOf(name: LoggerName): string | undefined {
  try {
    return (require(`${LOGGERS[name].package}/package.json`) as { version: string }).version
  } catch {
    return undefined
  }
}
