/** Names of the subjects as the tables show them. */
export const HOLDFAST = 'Holdfast'
export const PINO = 'pino, same information'
export const PINO_MINIMAL = 'pino, minimal line'
export const PINO_REDACT = 'pino, same information, 5 redact paths'
export const WINSTON = 'winston File'
export const LOGTAPE = 'LogTape file sink'
export const HOLDFAST_SMALL_RING = 'Holdfast, ring of one event'
export const HOLDFAST_OVERRIDE = 'Holdfast, level override elsewhere'
