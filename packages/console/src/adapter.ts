import type { Adapter, AdapterRecipe, Health, LogRecord } from '@holdfast/api'
import { defineAdapter } from '@holdfast/core'
import { CONSOLE_CHECKS } from './check-options.js'
import { optionsFromEnvironment } from './environment.js'
import { type ConsoleOptions, type ConsoleSettings, resolveOptions } from './options.js'
import { Output } from './output.js'
import { isGone, openSinks, type Sink, toAdapterError } from './transport.js'

/**
 * Shows events on the terminal, or writes them as lines for whatever collects this process's output.
 * Runs in the application: its terminal, its order of lines.
 *
 * @throws {ConfigError} that lists every option that cannot be understood
 */
export const consoleAdapter: (options?: ConsoleOptions) => AdapterRecipe = defineAdapter<ConsoleOptions>({
  name: 'console',
  module: import.meta.url,
  place: 'application',
  options: CONSOLE_CHECKS,
  create: (options) => {
    const settings = resolveOptions(options)
    return buildConsole(options.name, settings, openSinks(settings.stream))
  },
  fromEnvironment: optionsFromEnvironment,
})

/** The adapter over given sinks. `writeSync` is there only when every sink can do it. */
export function buildConsole(name: string, settings: ConsoleSettings, sinks: readonly Sink[]): Adapter {
  const outputs = sinks.map((sink) => new Output(sink, settings))
  const core: Adapter = {
    name,
    write: (batch, signal) => writeAll(outputs, batch, signal),
    health: () => healthOf(outputs),
    close: () => {
      for (const sink of sinks) sink.close()
    },
  }
  const isSynchronous = sinks.every((sink) => sink.kind === 'descriptor' || sink.isSynchronous)
  return isSynchronous ? { ...core, writeSync: (batch) => writeAllSync(outputs, batch) } : core
}

type Failures = ReadonlyMap<Output, unknown>

function writeAllSync(outputs: readonly Output[], batch: readonly LogRecord[]): void {
  const failures = new Map<Output, unknown>()
  for (const output of outputs) {
    try {
      output.writeSync(batch)
    } catch (error) {
      failures.set(output, error)
    }
  }
  if (failures.size > 0) settle(outputs, batch, failures, true)
  else for (const output of outputs) output.succeeded()
}

async function writeAll(outputs: readonly Output[], batch: readonly LogRecord[], signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const failures = new Map<Output, unknown>()
  const write = async (output: Output): Promise<void> => {
    try {
      await output.write(batch, signal)
    } catch (error) {
      failures.set(output, error)
    }
  }
  // the lane does not hear the result of a call that it gave up, and offers all of it again
  if (outputs.length > 0) await Promise.all(outputs.map(write))
  if (failures.size > 0) settle(outputs, batch, failures, !signal.aborted)
  else for (const output of outputs) output.succeeded()
}

/**
 * After a failure, a record is accepted once every living output has it. An output whose reader is gone does not hold up the other one;
 * when all are gone, that is the failure.
 */
function settle(outputs: readonly Output[], batch: readonly LogRecord[], failures: Failures, isHeard: boolean): void {
  for (const output of outputs) {
    if (failures.has(output)) output.failed(failures.get(output))
    else output.remember(batch)
  }
  const living = outputs.filter((output) => !isGone(failures.get(output)))
  const holding = living.length === 0 ? outputs : living.filter((output) => failures.has(output))
  const accepted = isHeard ? Math.min(batch.length, ...holding.map((output) => output.leading(batch))) : 0
  for (const output of outputs) {
    if (living.length > 0 && !living.includes(output)) output.miss(batch.slice(0, accepted))
    output.forget(batch.slice(0, accepted))
  }
  const [worst] = holding
  if (worst !== undefined) throw toAdapterError(failures.get(worst), worst.sink.label, accepted)
}

function healthOf(outputs: readonly Output[]): Health {
  const details: Record<string, string | number | boolean> = {}
  for (const output of outputs) Object.assign(details, output.details)
  const reason = outputs.flatMap(({ trouble }) => (trouble === undefined ? [] : [trouble])).join(' ')
  if (reason === '') return { state: 'ok', details }
  return { state: outputs.every((output) => output.isGone) ? 'down' : 'degraded', reason, details }
}
