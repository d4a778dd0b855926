import type { AdapterRecipe } from '@holdfast/api'
import { defineAdapter } from '@holdfast/core'
import { FileAdapter } from './adapter.js'
import { FILE_RULES } from './check-options.js'
import { fileSettings } from './complete-options.js'
import { fromEnvironment } from './environment.js'
import type { FileOptions } from './options.js'
import { absoluteOptions, ownPath } from './place.js'

const recipe = defineAdapter<FileOptions>({
  ...FILE_RULES,
  module: import.meta.url,
  place: 'writer',
  resource: ({ path }) => resourceOf(path),
  reopensOnHangup: ({ reopenOnSighup = false }) => reopenOnSighup,
  create: (options, home, instance) =>
    new FileAdapter(fileSettings(ownPath(options, instance)), home === undefined ? {} : { home }),
  fromEnvironment,
})

/**
 * Writes JSON lines, or text, to files. Nothing is made before the first event.
 *
 * @example
 * fileAdapter() // logs/2026-11-20/app_14-05-09.log, and logs/app_latest.log leads to it
 * fileAdapter({ path: 'logs/app.log', rotate: { maxBytes: 100e6, every: 'day' }, retain: { maxFiles: 14 }, compress: 'gzip' })
 */
export function fileAdapter(options: FileOptions = {}): AdapterRecipe {
  return recipe(typeof options === 'object' && options !== null ? absoluteOptions(options) : options)
}

/** Files below a `dir` are made exclusively, and devices are never rotated: both can be shared. */
function resourceOf(path: string | undefined): string | undefined {
  return path === undefined || path.startsWith('/dev/') ? undefined : `file:${path}`
}
