import type { Diagnostic, DiagnosticHook, DiagnosticName, DiagnosticPayloads } from '@holdfast/core'

/** A diagnostic hook with a memory. */
export interface DiagnosticCollection {
  /** Give this to `init` as `diagnosticHook`. */
  readonly hook: DiagnosticHook
  /** Everything so far, as pairs of name and payload, in order. */
  readonly all: readonly Diagnostic[]
  readonly names: readonly DiagnosticName[]
  /** The payloads of one name, in order. */
  of<K extends DiagnosticName>(name: K): readonly DiagnosticPayloads[K][]
  clear(): void
}

/**
 * Records diagnostics as they come.
 *
 * @example
 * ```ts
 * const diagnostics = collectDiagnostics()
 * const runtime = createRuntime({ diagnosticHook: diagnostics.hook })
 * assert.equal(diagnostics.of('queue_dropped')[0]?.count, 3)
 * ```
 */
export function collectDiagnostics(): DiagnosticCollection {
  const all: Diagnostic[] = []
  return {
    hook: (...diagnostic) => {
      all.push(diagnostic)
    },
    get all() {
      return [...all]
    },
    get names() {
      return all.map(([name]) => name)
    },
    of: <K extends DiagnosticName>(name: K) =>
      all.filter((pair) => pair[0] === name).map((pair) => pair[1] as DiagnosticPayloads[K]),
    clear: () => {
      all.length = 0
    },
  }
}
