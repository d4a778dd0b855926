export { AdapterError, type AdapterErrorOptions } from './adapter/adapter-error.js'
export type { AdapterOptions } from './adapter/adapter-options.js'
export { checkValue } from './adapter/check-entries.js'
export { checkOptions, type OptionConflict, type OptionRules } from './adapter/check-options.js'
export { cureOf } from './adapter/cure-of.js'
export { type AdapterDefinition, type AdapterFactory, defineAdapter } from './adapter/define-adapter.js'
export { isBrokenPipe } from './adapter/is-broken-pipe.js'
export type { AnyFunction, Check, Checks, OptionCheck, OptionChecks, Show } from './adapter/option-check.js'
export { type CheckBuilders, check } from './adapter/option-checks.js'
export { recordFault } from './adapter/record-fault.js'
export { type ClaimHolder, type ClaimNote, lockPathOf } from './claim/claim-record.js'
export { type ClaimOutcome, claimPath, type PathClaim } from './claim/path-claim.js'
export { type Clock, systemClock } from './clock.js'
export { ConfigError, type ConfigProblem } from './config/config-error.js'
export { defineConfig } from './config/define-config.js'
export { describeValue } from './config/describe-value.js'
export { type LoadEnvOptions, type LoadedEnv, loadEnv } from './config/load-env.js'
export type {
  Draft,
  LastWordsConfig,
  LimitsConfig,
  QueueConfig,
  RateLimitConfig,
  RingConfig,
  RuntimeConfig,
  ScrubConfig,
  Stage,
  TraceContext,
  TraceProvider,
} from './config/runtime-config.js'
export { type ContextPayload, deserializeContext } from './context/context-payload.js'
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
export { DIAGNOSTICS_CHANNEL } from './diagnostics/hub.js'
export { type RecordedRing, readRings } from './host/read-rings.js'
export { makeDirectories } from './make-directories.js'
export { RingRefused } from './ring/shared/ring-view.js'
export type { AdapterReport, DeliveryReport } from './runtime/delivery-report.js'
export {
  initRuntime,
  installedConfig,
  installedRuntime,
  type MakeOptions,
  makeRuntime,
  makeStandIn,
  type StandInOptions,
} from './runtime/init.js'
export type { LaneInspection, MemberInspection, RuntimeInspection } from './runtime/inspection.js'
export {
  bindFunction,
  bindProcess,
  childEnv,
  flush,
  inspect,
  onDiagnostic,
  records,
  setLevels,
  severitySnapshot,
  shutdown,
} from './runtime/installed.js'
export type { InitOptions, Runtime } from './runtime/runtime.js'
export type { SeveritySnapshot } from './runtime/severity.js'
export type { TreeVariables } from './tree/lineage.js'
export type { FlushOptions, WriterInspection } from './writer/writer.js'
