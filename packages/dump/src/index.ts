export { DumpError, type DumpErrorCode } from './dump-error.js'
export { dumpRecords, dumpRecordsSync, formatDump } from './dump-records.js'
export type {
  DumpFile,
  DumpFilters,
  DumpFormat,
  DumpOptions,
  DumpResult,
  DumpSummary,
  DumpText,
  FieldFilter,
  FieldFilters,
  FieldMatch,
  FieldValue,
  Moment,
  SelectOptions,
} from './options.js'
export { recordsOfLines } from './records-of-lines.js'
