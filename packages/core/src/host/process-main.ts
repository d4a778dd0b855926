import { readFileSync } from 'node:fs'
import { onTimerFailure, systemClock } from '../clock.js'
import { describeError, writeStderr } from '../diagnostics/hub.js'
import { laneRecordFile, laneRecords } from '../tree/lane-records.js'
import { acquireWriter } from '../tree/writer-lock.js'
import { markAsWriter } from './is-writer.js'
import { lanesOf, openControl, RunWriter } from './run-writer.js'
import { noteWhoEndsIt, Suspects } from './suspects.js'
import { type Mark, Watchdog } from './watchdog.js'
import type { WriterSpec } from './writer-spec.js'

/** What the process reads from its standard input. */
export interface ProcessStart {
  readonly run: string
  /** The epoch of the writer before it, which is gone. */
  readonly afterEpoch: number
  /** Runs whose processes are all dead. */
  readonly recover: readonly string[]
  readonly spec: WriterSpec
}

/** A writer that nobody watches is ended after this silence, or after the time that an end may take. */
const ALONE_MIN_MS = 2000

/** It ends when there is nothing more to do, and not when a terminal, a container or a service manager tells the application to end. */
function ignoreSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR2', 'SIGPIPE'] as const) process.on(signal, () => undefined)
}

/** What is left when a lane's adapter never comes back: no pause, but it comes last the next time. */
function marksOf(run: string, lanes: readonly string[]): readonly Mark[] {
  const counts = new Map(
    laneRecords(run)
      .read()
      .map(({ lane, count }) => [lane, count]),
  )
  return lanes.map((lane) =>
    laneRecordFile(run, { lane, fault: 'hung', count: (counts.get(lane) ?? 0) + 1, until: systemClock.now() }),
  )
}

async function main(): Promise<void> {
  const { run, afterEpoch, recover, spec } = JSON.parse(readFileSync(0, 'utf8')) as ProcessStart
  const lock = acquireWriter(run, afterEpoch)
  // another one was quicker, which is as good
  if (lock === undefined) return
  // from here on it shows that it lives: what comes before its own run may take its time
  const control = openControl(run)
  control.begin(lock.epoch, process.pid)
  control.beat()
  const lanes = lanesOf(run, spec)
  const records = laneRecords(run)
  const watchdog = new Watchdog({ aloneMs: Math.max(ALONE_MIN_MS, spec.stopTimeoutMs), marks: () => marksOf(run, lanes) })
  control.shadow = watchdog
  watchdog.look(true, false)
  const suspects = new Suspects((lane, isOpening) => control.note(lanes.indexOf(lane ?? ''), isOpening), { follows: true })
  noteWhoEndsIt(suspects)
  try {
    // no pause: it comes last the next time
    const late = (lane: string): void => records.write({ lane, fault: 'late', count: 1, until: systemClock.now() })
    const writer = new RunWriter({
      clock: systemClock,
      spec,
      suspects,
      run,
      epoch: lock.epoch,
      control,
      watchdog,
      late,
      left: recover,
    })
    // `kill -HUP` of the writer is what a log rotation from outside asks for
    process.on('SIGHUP', () => writer.reopen())
    await writer.serve()
  } finally {
    // an end that is no adapter's doing
    suspects.convict(undefined)
  }
}

markAsWriter()
ignoreSignals()
onTimerFailure((error) => writeStderr(`a timer failed: ${describeError(error)}\n`))
main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : describeError(error)}\n`)
    process.exit(1)
  },
)
