import { inspect } from 'node:util'
import type { Level } from '@holdfast/api'
import { formatCall } from './format-call.js'

/** A method of a console. */
export type ConsoleMethod = (...args: readonly unknown[]) => void

/** Takes what a console method has to say; `args` are formatted as the console formats them. */
export type Say = (level: Level, args: readonly unknown[], fields?: object) => void

/** The methods that are bridged: those that print. `clear`, `profile`, `timeStamp` and the like stay as they are. */
export function consoleMethods(write: Say): Readonly<Record<string, ConsoleMethod>> {
  const groups: string[] = []
  const say: Say = (level, args, fields = {}) => {
    // an empty line is spacing for eyes
    if (args.length === 0) return
    write(level, args, groups.length === 0 ? fields : { ...fields, group: [...groups] })
  }
  const at =
    (level: Level): ConsoleMethod =>
    (...args) =>
      say(level, args)
  const group: ConsoleMethod = (...args) => {
    say('info', args)
    groups.push(formatCall(args).message)
  }

  return {
    log: at('info'),
    info: at('info'),
    debug: at('debug'),
    warn: at('warning'),
    error: at('error'),
    dirxml: at('info'),
    dir: (value, options) => say('info', [inspect(value, { customInspect: false, ...(options as object), colors: false })]),
    trace: function trace(...args) {
      const shown = args.length === 0 ? ['Trace'] : args
      const { message, error } = formatCall(shown)
      say('trace', error === undefined ? [...shown, traceOf(message, trace)] : shown)
    },
    assert: (isTrue, ...args) => {
      if (isTrue) return
      const [first, ...rest] = args
      if (args.length === 0) say('error', ['Assertion failed'])
      else say('error', typeof first === 'string' ? [`Assertion failed: ${first}`, ...rest] : ['Assertion failed:', ...args])
    },
    table: (data, columns) => {
      if (typeof data !== 'object' || data === null) say('info', [data])
      else say('info', ['table'], { table: Array.isArray(columns) ? withColumns(data, columns) : data })
    },
    group,
    groupCollapsed: group,
    groupEnd: () => {
      groups.pop()
    },
    ...counters(say),
    ...timers(say),
  }
}

/** Where the console was called, as an Error: a stack has room there that no field has. */
function traceOf(message: string, method: ConsoleMethod): Error {
  const trace = Object.assign(new Error(message), { name: 'Trace' })
  Error.captureStackTrace(trace, method)
  const [head, _bridge, ...frames] = (trace.stack ?? '').split('\n    at ')
  trace.stack = [head, ...frames].join('\n    at ')
  return trace
}

function counters(say: Say): Readonly<Record<string, ConsoleMethod>> {
  const counts = new Map<string, number>()
  return {
    count: (given = 'default') => {
      const label = String(given)
      const count = (counts.get(label) ?? 0) + 1
      counts.set(label, count)
      say('info', ['%s: %d', label, count], { label, count })
    },
    countReset: (given = 'default') => {
      if (!counts.delete(String(given))) process.emitWarning(`Count for '${String(given)}' does not exist`)
    },
  }
}

function timers(say: Say): Readonly<Record<string, ConsoleMethod>> {
  const starts = new Map<string, number>()
  const tell = (method: string, given: unknown, rest: readonly unknown[]): void => {
    const label = String(given)
    const start = starts.get(label)
    if (start === undefined) process.emitWarning(`No such label '${label}' for console.${method}()`)
    else {
      const ms = Number((performance.now() - start).toFixed(3))
      say('info', ['%s: %sms', label, ms, ...rest], { label, ms })
    }
  }
  return {
    time: (given = 'default') => {
      if (starts.has(String(given))) process.emitWarning(`Label '${String(given)}' already exists for console.time()`)
      else starts.set(String(given), performance.now())
    },
    timeLog: (given = 'default', ...rest) => tell('timeLog', given, rest),
    timeEnd: (given = 'default') => {
      tell('timeEnd', given, [])
      starts.delete(String(given))
    },
  }
}

/** Rows with the columns that were asked for. */
function withColumns(data: object, columns: readonly unknown[]): object {
  const keys = columns.map(String)
  const pick = (row: unknown): unknown =>
    typeof row === 'object' && row !== null
      ? Object.fromEntries(keys.filter((key) => Object.hasOwn(row, key)).map((key) => [key, Reflect.get(row, key)]))
      : row
  return Array.isArray(data) ? data.map(pick) : Object.fromEntries(Object.entries(data).map(([key, row]) => [key, pick(row)]))
}
