import type { WriterInspection } from 'holdfast'
import { type Audit, sumOf } from './audit.js'
import { LOGGERS, type LoggerName, versionOf } from './loggers.js'
import { table } from './table.js'

const HEAD = ['process', 'pid', 'files', 'calls', 'in the file', 'lost']

export function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** Process by process: calls that returned, and what the log file has of them. */
export function proof(
  audits: readonly Audit[],
  log?: { readonly path: string; readonly writer: WriterInspection },
): readonly string[] {
  const rows = audits.map(({ worker: { name, pid, files, signal }, calls, written, lost }) => {
    const how = signal === '' ? name : `${name}, ${signal}`
    return [how, pid, files, calls, written, lost]
  })
  const { calls, written, lost } = sumOf(audits)
  rows.push(['all', '', '', calls, written, lost])
  const about =
    log === undefined
      ? []
      : [
          `  ${log.path}`,
          `  written by process ${log.writer.pid}, hand-off ${log.writer.handOff}, durability ${log.writer.durability}`,
          '',
        ]
  return ['', 'Each call that returned, looked for in the log file', '', ...about, ...table(HEAD, rows)]
}

/** The table of loggers; those that are not installed are named below it. */
export function comparison(
  results: readonly (readonly [LoggerName, readonly Audit[]])[],
  absent: readonly LoggerName[],
): readonly string[] {
  const rows = results.map(([name, audits]) => {
    const { calls, written, lost } = sumOf(audits)
    return [LOGGERS[name].label, versionOf(name) ?? '', calls, written, lost]
  })
  return [
    '',
    'The same job and the same kill with others',
    '',
    ...table(['logger', 'version', 'calls', 'in the file', 'lost'], rows),
    ...absent.map((name) => `  ${LOGGERS[name].label}: skipped, ${LOGGERS[name].package} is not installed`),
    '',
    '  The kill comes within a tick, as the worker is busy with a batch of files.',
    '  How much is lost varies. Other kills: npm run crash-matrix.',
    '  One of these again:',
    '',
    '    npm start -- --logger pino',
    '',
  ]
}
