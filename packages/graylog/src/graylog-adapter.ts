import type { AdapterRecipe } from '@holdfast/api'
import { defineAdapter } from '@holdfast/core'
import { GraylogAdapter } from './adapter.js'
import { GRAYLOG_RULES } from './check-options.js'
import { absoluteOptions, graylogSettings } from './complete-options.js'
import { fromEnvironment } from './environment.js'
import type { GraylogOptions } from './options.js'

const recipe = defineAdapter<GraylogOptions>({
  ...GRAYLOG_RULES,
  module: import.meta.url,
  place: 'writer',
  resource: ({ spool }) => (spool === undefined ? undefined : `graylog-spool:${spool.dir}`),
  create: (options) => new GraylogAdapter(graylogSettings(options)),
  fromEnvironment: (options, read) => absoluteOptions(fromEnvironment(options, read)),
})

/**
 * Sends events to Graylog, as GELF over TCP, TLS or UDP. Connects with the first event.
 *
 * @example
 * graylogAdapter({ host: 'graylog.internal', level: 'warning' })
 * graylogAdapter({ host: 'graylog.internal', protocol: 'tls', tls: { ca: 'certs/ca.pem' }, spool: { dir: 'spool' } })
 */
export function graylogAdapter(options: GraylogOptions): AdapterRecipe {
  return recipe(typeof options === 'object' && options !== null ? absoluteOptions(options) : options)
}
