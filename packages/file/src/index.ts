export { FileAdapter, type FileParts } from './adapter.js'
export { FILE_VARIABLES, type FileVariable } from './environment.js'
export { fileAdapter } from './file-adapter.js'
export {
  type FileFormat,
  type FileOptions,
  type FileSettings,
  type FileTarget,
  type FsyncPolicy,
  type RetainOptions,
  type RetainSettings,
  type RotateEvery,
  type RotateOptions,
  resolveFileOptions,
} from './options.js'
export { type FileKind, type FileStatus, type FileTransport, nodeTransport, type OpenWay } from './transport.js'
