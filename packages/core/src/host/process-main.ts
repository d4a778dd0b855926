import { readFileSync } from 'node:fs'
import { onTimerFailure, systemClock } from '../clock.js'
import { describeError, writeStderr } from '../diagnostics/hub.js'
import { acquireWriter } from '../tree/writer-lock.js'
import { markAsWriter } from './is-writer.js'
import { openControl, RunWriter } from './run-writer.js'
import { loadRecipes, type WriterSpec } from './writer-spec.js'

/** What the process reads from its standard input. */
export interface ProcessStart {
  readonly run: string
  /** The epoch of the writer before it, which is gone. */
  readonly afterEpoch: number
  /** Runs whose processes are all dead. */
  readonly recover: readonly string[]
  readonly spec: WriterSpec
}

/** It ends when there is nothing more to do, and not when a terminal, a container or a service manager tells the application to end. */
function ignoreSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR2', 'SIGPIPE'] as const) process.on(signal, () => undefined)
}

async function main(): Promise<void> {
  const { run, afterEpoch, recover, spec } = JSON.parse(readFileSync(0, 'utf8')) as ProcessStart
  const lock = acquireWriter(run, afterEpoch)
  // another one was quicker, which is as good
  if (lock === undefined) return
  const adapters = await loadRecipes(spec.recipes)
  // from here on it shows that it lives: what comes before its own run may take its time
  const control = openControl(run)
  control.begin(lock.epoch, process.pid)
  const writer = new RunWriter({ clock: systemClock, spec, adapters, run, epoch: lock.epoch, control, left: recover })
  // `kill -HUP` of the writer is what a log rotation from outside asks for
  process.on('SIGHUP', () => writer.reopen())
  await writer.serve()
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
