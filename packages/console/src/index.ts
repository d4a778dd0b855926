export { escapeText, type LevelStyles, type PresetName, type ThemeName } from '@holdfast/format'
export { consoleAdapter } from './adapter.js'
export { CONSOLE_VARIABLES, type ConsoleVariable } from './environment.js'
export type { ConsoleOptions, ConsoleStream } from './options.js'
