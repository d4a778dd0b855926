import type { RuntimeConfig } from './runtime-config.js'

/**
 * Returns its argument: for a configuration in a module of its own, checked where it is written.
 *
 * @example `export default defineConfig({ service: 'encoder', level: 'debug' })`
 */
export function defineConfig(config: RuntimeConfig): RuntimeConfig {
  return config
}
