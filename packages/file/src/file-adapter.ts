import type { AdapterRecipe } from '@holdfast/api'
import { defineAdapter } from '@holdfast/core'
import { FileAdapter } from './adapter.js'
import { fromEnvironment } from './environment.js'
import { type FileOptions, resolveFileOptions } from './options.js'
import { absoluteOptions } from './place.js'

const recipe = defineAdapter<FileOptions>({
  name: 'file',
  module: '@holdfast/file',
  place: 'writer',
  resolve: (options) => void resolveFileOptions(options),
  create: (options) => new FileAdapter(resolveFileOptions(options)),
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
