/**
 * A pipeline on real input: worker processes compress every file under a folder and say what they do, all into one log file. One of them is
 * killed half way, on purpose.
 *
 *   npm start -- [DIR] [--logger NAME]
 *
 * Look for: the context of the job and of the file on each event of each process, a file that fails with its cause, a secret that is never
 * written, and the proof at the end that every log call that returned is in the log file.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { bind, childEnv, consoleAdapter, fileAdapter, flush, get, init, inspect, onDiagnostic, shutdown } from 'holdfast'
import { type Audit, auditOwn, auditWorkers, sumOf } from './pipeline/audit.js'
import { compareLoggers, runAlone } from './pipeline/compare.js'
import { listFiles } from './pipeline/list-files.js'
import { readLines } from './pipeline/log-line.js'
import { LOGGERS } from './pipeline/loggers.js'
import { Progress } from './pipeline/progress.js'
import { print, proof } from './pipeline/report.js'
import { showRecords } from './pipeline/show-records.js'
import { WorkerPool, type WorkerSummary } from './pipeline/worker-pool.js'

/** The writer tells that a process is gone soon after it is. */
const TOLD_TRIES = 100
const TOLD_PAUSE_MS = 50

const { values, positionals } = parseArgs({ options: { logger: { type: 'string' } }, allowPositionals: true })
const { logger = 'all' } = values
const [input] = positionals
const progress = new Progress()
if (input !== undefined && !existsSync(input)) {
  progress.say(`Expected a folder, got \`${input}\`, which is not there.`)
  process.exit(1)
}
progress.say('looking for files')
const files = await listFiles(input)

if (logger === 'all' || logger === 'holdfast') {
  const audits = await compressWithHoldfast()
  if (logger === 'all') await compareLoggers(files, progress, audits.slice(1))
  process.exitCode = sumOf(audits).lost === 0 ? 0 : 1
} else await runAlone(logger, files, progress)

async function compressWithHoldfast(): Promise<readonly Audit[]> {
  const runtime = init({
    service: 'compress-pipeline',
    levels: { pipeline: 'debug' },
    // a process of its own writes for all processes, and survives each of them
    queue: { worker: 'process' },
    adapters: [
      consoleAdapter({ stream: progress.stream, level: 'info' }),
      fileAdapter({ dir: 'logs', prefix: 'pipeline', latest: true }),
    ],
  })
  let isToldOfKill = false
  onDiagnostic((name, payload) => {
    const facts = Object.entries(payload).map(([key, value]) => `${key}=${value}`)
    progress.say(`diagnostic ${name} ${facts.join(' ')}`)
    if (name === 'process_gone') isToldOfKill = true
  })

  const counters = mkdtempSync(join(tmpdir(), 'holdfast-counters-'))
  const workers = await bind({ jobId: `job-${process.pid}` }, () => runJob(counters))

  for (let i = 0; i < TOLD_TRIES && !isToldOfKill; i++) await setTimeout(TOLD_PAUSE_MS)
  await flush({ scope: 'tree' })
  const { writer, lanes } = inspect()
  const path = String(lanes['file']?.health?.details?.['path'])
  const { emitted } = await shutdown()

  const lines = readLines(path)
  const audits = [
    auditOwn(lines, { origin: runtime.origin, emitted }),
    ...auditWorkers(workers, { lines, counters, callOf: LOGGERS['holdfast'].callOf }),
  ]
  rmSync(counters, { recursive: true })
  print(showRecords(lines))
  print(proof(audits, { path: relative('.', path), writer }))
  return audits
}

async function runJob(counters: string): Promise<readonly WorkerSummary[]> {
  const log = get('pipeline')
  const target = mkdtempSync(join(tmpdir(), 'holdfast-pipeline-'))
  log.info('job started', { files: files.length, target })
  log.info('uploads', { access_key: 'AKIAIOSFODNN7EXAMPLE', url: 'https://backup:hunter2@s3.example/in' })
  progress.update(0, files.length)

  let failed = 0
  let saved = 0
  const pool = new WorkerPool(files, {
    module: LOGGERS['holdfast'].module,
    args: [target, counters],
    // the workers log into this process's tree, with the context that is current here
    env: { ...process.env, ...childEnv() },
    fileDone: ({ savedBytes }, count) => {
      if (savedBytes === undefined) failed++
      else saved += savedBytes
      progress.update(count, files.length)
    },
    workerGone: ({ name, pid, signal }, left) => void log.warning('others take over', { from: name, pid, signal, files: left }),
  })
  const workers = await pool.run()
  progress.end()
  log.info('job finished', { files: files.length, failed, saved_bytes: saved })
  return workers
}
