import type { ContextFields, Level, LogRecord } from '@holdfast/api'
import type { DiagnosticHook } from '../diagnostics/catalogue.js'
import type { TreeVariables } from '../tree/lineage.js'
import type { FlushOptions } from '../writer/writer.js'
import type { DeliveryReport } from './delivery-report.js'
import { installedRuntime, slotBinder } from './init.js'
import type { RuntimeInspection } from './inspection.js'
import type { Runtime } from './runtime.js'
import type { SeveritySnapshot } from './severity.js'

const NOTHING: DeliveryReport = { calls: 0, belowLevel: 0, refused: {}, emitted: 0, adapters: {}, timedOut: false }

/** Delivers everything up to now, see `Runtime.flush`. Without a runtime there is nothing to do. */
export async function flush(options?: FlushOptions): Promise<DeliveryReport> {
  return (await installedRuntime()?.flush(options)) ?? NOTHING
}

/** Flushes and closes the installed runtime, see `Runtime.shutdown`. May be called again, and without a runtime. */
export async function shutdown(options?: FlushOptions): Promise<DeliveryReport> {
  return (await installedRuntime()?.shutdown(options)) ?? NOTHING
}

/** Ties a function to the context that is current now, see `Runtime.bindFunction`. */
export function bindFunction<A extends readonly unknown[], R>(run: (...args: A) => R): (...args: A) => R {
  return slotBinder()?.bindFunction(run) ?? run
}

/** Adds fields to the context of everything this process logs from now on. Needs `init` before it. */
export function bindProcess(fields: ContextFields): void {
  required('bindProcess').bindProcess(fields)
}

/** Changes levels by logger name, see `Runtime.setLevels`. */
export function setLevels(levels: Readonly<Record<string, Level>>, options?: { readonly forMs?: number }): void {
  required('setLevels').setLevels(levels, options)
}

/** Adds a diagnostic hook to the installed runtime and returns its removal. */
export function onDiagnostic(hook: DiagnosticHook): () => void {
  return required('onDiagnostic').onDiagnostic(hook)
}

/** How severe it has been in the installed runtime so far. Throws when there is none. */
export function severitySnapshot(): SeveritySnapshot {
  return required('severitySnapshot').severitySnapshot()
}

/** The events that the installed runtime keeps, see `Runtime.records`. Throws when there is none. */
export function records(): Iterable<LogRecord> {
  return required('records').records()
}

/** A look inside the installed runtime. Throws when there is none. */
export function inspect(): RuntimeInspection {
  return required('inspect').inspect()
}

/** Variables that make a child process join this process's tree, see `Runtime.childEnv`. Throws when there is no runtime. */
export function childEnv(): TreeVariables {
  return required('childEnv').childEnv()
}

function required(name: string): Runtime {
  const runtime = installedRuntime()
  if (runtime === undefined)
    throw new Error(`Expected \`init\` to be called before \`${name}\`, got a process without a runtime.`)
  return runtime
}
