export { GraylogAdapter, type GraylogParts } from './adapter.js'
export { resolveGraylogOptions } from './complete-options.js'
export { encodeGelf, GelfEncoder } from './encode.js'
export { GRAYLOG_VARIABLES, type GraylogVariable } from './environment.js'
export type { GelfTransport } from './gelf-transport.js'
export { graylogAdapter } from './graylog-adapter.js'
export type {
  GelfSettings,
  GraylogCompression,
  GraylogOptions,
  GraylogProtocol,
  GraylogResendOptions,
  GraylogSettings,
  GraylogSpoolOptions,
  GraylogTlsOptions,
  SpoolSettings,
} from './options.js'
