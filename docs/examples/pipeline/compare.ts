import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Audit, auditWorkers } from './audit.js'
import type { JobFile } from './batch.js'
import { readLines } from './log-line.js'
import { isLoggerName, LOGGERS, type LoggerName, versionOf } from './loggers.js'
import type { Progress } from './progress.js'
import { comparison, print, proof } from './report.js'
import { WorkerPool } from './worker-pool.js'

/** Does the job with each of the other loggers, and prints what became of the log calls of all of them. */
export async function compareLoggers(files: readonly JobFile[], progress: Progress, holdfast: readonly Audit[]): Promise<void> {
  const results: [LoggerName, readonly Audit[]][] = [['holdfast', holdfast]]
  const absent: LoggerName[] = []
  for (const name of ['pino-sync', 'pino', 'winston'] as const) {
    if (versionOf(name) === undefined) absent.push(name)
    else results.push([name, await runWith(name, files, progress)])
  }
  print(comparison(results, absent))
}

/** Does the job with one other logger alone. */
export async function runAlone(name: string, files: readonly JobFile[], progress: Progress): Promise<void> {
  if (!isLoggerName(name)) {
    print([`Expected --logger to be one of ${Object.keys(LOGGERS).join(', ')}, got \`${name}\`.`])
    process.exitCode = 1
  } else if (versionOf(name) === undefined) print([`${LOGGERS[name].package} is not installed.`])
  else print(proof(await runWith(name, files, progress)))
}

/** The same job and the same kill with another logger. */
async function runWith(name: LoggerName, files: readonly JobFile[], progress: Progress): Promise<readonly Audit[]> {
  const { label, module, args, callOf } = LOGGERS[name]
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-comparison-'))
  try {
    const path = join(folder, 'log')
    const pool = new WorkerPool(files, {
      module,
      args: [folder, folder, path, ...args],
      fileDone: (_, count) => progress.update(count, files.length, label),
    })
    const workers = await pool.run()
    return auditWorkers(workers, { lines: readLines(path), counters: folder, callOf })
  } finally {
    progress.end()
    rmSync(folder, { recursive: true, force: true })
  }
}
