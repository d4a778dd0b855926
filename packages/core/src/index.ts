export { AdapterError, type AdapterErrorOptions } from './adapter/adapter-error.js'
export { type AdapterDefinition, type AdapterOptions, defineAdapter } from './adapter/define-adapter.js'
export { type Clock, systemClock } from './clock.js'
export { ConfigError, type ConfigProblem } from './config/config-error.js'
export {
  DIAGNOSTIC_LEVELS,
  type Diagnostic,
  type DiagnosticHook,
  type DiagnosticName,
  type DiagnosticPayloads,
  type DropReason,
  type LevelCounts,
  type RefuseReason,
} from './diagnostics/catalogue.js'
