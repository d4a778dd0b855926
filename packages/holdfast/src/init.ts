import { type InitOptions, initRuntime, makeRuntime, type Runtime, type RuntimeConfig } from '@holdfast/core'
import { defaultAdapters } from './default-adapters.js'

/**
 * Starts logging in this process and returns its runtime. Synchronous; every logger finds it, also those made before.
 * Without a configuration: the service is named by the environment or package.json, and events go to the console.
 * The same configuration again returns the same runtime. In a process whose ancestor logs with a writer process, `init()` joins it.
 *
 * @param config the configuration, or the URL of a module whose default export it is: then a writer elsewhere imports that module, too
 * @throws ConfigError one error with everything that is wrong in the configuration or the environment
 */
export function init(config?: RuntimeConfig | URL, options: InitOptions = {}): Runtime {
  return initRuntime(config, { ...options, defaultAdapters })
}

/**
 * Makes a runtime of its own beside the installed one: own loggers, contexts and adapters, no environment, no signals.
 *
 * @throws ConfigError
 */
export function createRuntime(config: RuntimeConfig = {}): Runtime {
  return makeRuntime(config, { defaultAdapters })
}
