/** Without variables that would configure a logger. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(HOLDFAST|LOG|NODE_OPTIONS|NODE_ENV)/.test(name)))
}
