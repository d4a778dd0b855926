import type { AdapterRecipe } from '@holdfast/api'
import { defineAdapter } from '@holdfast/core'
import { JournaldAdapter } from './adapter.js'
import { assertLinux, JOURNALD_RULES, journaldSettings } from './check-options.js'
import { fromEnvironment } from './environment.js'
import type { JournaldOptions } from './options.js'

const recipe = defineAdapter<JournaldOptions>({
  ...JOURNALD_RULES,
  module: import.meta.url,
  create: (options) => new JournaldAdapter(journaldSettings(options)),
  fromEnvironment,
})

/**
 * Writes every event to the journal of systemd as one entry with fields. Throws a `ConfigError` on other systems than Linux.
 *
 * @example
 * journaldAdapter({ level: 'info' })
 * journaldAdapter({ identifier: 'encoder', path: '/run/systemd/journal.media/socket' })
 */
export function journaldAdapter(options: JournaldOptions = {}): AdapterRecipe {
  assertLinux(process.platform)
  return recipe(options)
}
