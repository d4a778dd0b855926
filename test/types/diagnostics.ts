import {
  createRuntime,
  type DeliveryReport,
  DIAGNOSTIC_LEVELS,
  type Diagnostic,
  type DiagnosticHook,
  type DiagnosticName,
  type DiagnosticPayloads,
  type DropReason,
  onDiagnostic,
} from 'holdfast'

/** The payload narrows with the name, in a switch and in an if. */
export const hook: DiagnosticHook = (name, payload) => {
  switch (name) {
    case 'queue_dropped': {
      const reason: DropReason = payload.reason
      return void `${reason} ${payload.count} ${payload.by_level.error ?? 0}`
    }
    case 'adapter_health':
      return void payload.to.toUpperCase()
    case 'rate_limited':
      return void payload.suppressed.toFixed(0)
  }
  if (name === 'level_changed') void payload.levels['app']?.length
  // @ts-expect-error not narrowed: not every payload has a count
  void payload.count
}

export const wrong: DiagnosticHook = (name, payload) => {
  // @ts-expect-error a drop has no suppressed
  if (name === 'queue_dropped') void payload.suppressed
  // @ts-expect-error a name that is none
  if (name === 'queue_drop') void payload
}

export const stop: () => void = onDiagnostic(hook)
createRuntime({ diagnosticHook: (name, payload) => void (name === 'origin_gap' && payload.count) })
createRuntime({ diagnosticHook: () => {} })
createRuntime({ diagnosticHook: (...diagnostic) => void diagnostic[0] })
// @ts-expect-error a tuple that narrows has two elements, so a hook names both
createRuntime({ diagnosticHook: (name) => void name })

export const severities: Readonly<Record<DiagnosticName, 'info' | 'warning' | 'error'>> = DIAGNOSTIC_LEVELS
export const pair: Diagnostic = ['hook_error', { error: 'x', count: 1 }]
// @ts-expect-error the payload of another name
export const mixed: Diagnostic = ['hook_error', { suppressed: 1 }]
export type Payload = DiagnosticPayloads['queue_full']

/** A report can be summed up without a cast. */
export function lost(report: DeliveryReport): number {
  return Object.values(report.adapters)
    .flatMap(({ dropped }) => Object.values(dropped))
    .reduce((total, count) => total + count, 0)
}
