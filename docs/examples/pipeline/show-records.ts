import { pathToFileURL } from 'node:url'
import type { LoggedError, LogLine } from './log-line.js'

const SHOWN = ['job_id', 'request_id', 'file', 'pid', 'exit', 'recovered']
const STACK_LINES = 3

/** What the log file says about the file that failed and the worker that was killed. */
export function showRecords(lines: readonly LogLine[]): readonly string[] {
  const failed = lines.find(({ error }) => error !== undefined)
  const gone = lines.find(({ extra }) => extra?.['event'] === 'process_gone')
  const records = [failed, gone].filter((line) => line !== undefined)
  return ['', 'From the log file', ...records.flatMap((line) => ['', ...describe(line)])]
}

function describe({ timestamp, level, logger, message, context, extra, error }: LogLine): readonly string[] {
  const facts = { ...context, ...context?.extra, ...extra }
  return [
    `  ${String(timestamp).slice(11, 23)} ${level} ${logger}  ${message}`,
    ...SHOWN.filter((name) => name in facts).map((name) => `    ${name}=${facts[name]}`),
    ...(error === undefined ? [] : stackOf(error)),
  ]
}

function stackOf({ stack, message, cause }: LoggedError): readonly string[] {
  const lines = (stack ?? message).split('\n').slice(0, STACK_LINES)
  return [...lines.map((line) => `    ${shorten(line)}`), ...(cause === undefined ? [] : ['    caused by', ...stackOf(cause)])]
}

/** Paths as seen from here. */
function shorten(line: string): string {
  return line.replaceAll(`${pathToFileURL('.').href}/`, '').replaceAll(`${process.cwd()}/`, '')
}
