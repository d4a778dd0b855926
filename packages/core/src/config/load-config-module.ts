import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { ConfigError } from './config-error.js'
import { describeValue } from './describe-value.js'
import { isObject } from './options.js'
import type { RuntimeConfig } from './runtime-config.js'

/**
 * Loads a configuration that is a module of its own: its default export. Synchronous, as `init` is; so the module, and what it imports,
 * must not use `await` at its top level.
 *
 * @throws ConfigError
 */
export function loadConfigModule(url: URL): RuntimeConfig {
  if (url.protocol !== 'file:') throw notAModule(url, 'the URL of a file', `\`${url.protocol}\``)
  let exports: unknown
  try {
    exports = createRequire(url)(fileURLToPath(url))
  } catch (error) {
    throw notAModule(url, 'a module that can be loaded', describeValue(error instanceof Error ? error.message : error))
  }
  const config: unknown = isObject(exports) && 'default' in exports ? Reflect.get(exports, 'default') : exports
  if (!isObject(config)) throw notAModule(url, 'a module whose default export is a configuration', describeValue(config))
  return config as RuntimeConfig
}

function notAModule(url: URL, expected: string, got: string): ConfigError {
  const hint =
    "Write `export default defineConfig({ … })` in it, and give `init` its URL: `new URL('./holdfast.config.js', import.meta.url)`."
  return new ConfigError([{ path: url.href, expected, got, hint }])
}
