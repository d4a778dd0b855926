export { FileAdapter, type FileParts } from './adapter.js'
export { resolveFileOptions } from './complete-options.js'
export { FILE_VARIABLES, type FileVariable } from './environment.js'
export { fileAdapter } from './file-adapter.js'
export type {
  FileFormat,
  FileOptions,
  FileSettings,
  FileTarget,
  FsyncPolicy,
  RetainOptions,
  RetainSettings,
  RotateEvery,
  RotateOptions,
} from './options.js'
export { type FileKind, type FileStatus, type FileTransport, nodeTransport, type OpenWay } from './transport.js'
