/**
 * Loads something of Node that is experimental, without the line on stderr of an application that did not ask for it. Node gives such a warning
 * once, synchronously, through `process.emitWarning`; what else warns meanwhile is passed on.
 */
export function withoutExperimentalWarning<T>(load: () => T): T {
  const { emitWarning } = process
  const emitOthers = (...args: Parameters<typeof emitWarning>): void => {
    if (!isExperimental(args)) Reflect.apply(emitWarning, process, args)
  }
  process.emitWarning = emitOthers as typeof emitWarning
  try {
    return load()
  } finally {
    process.emitWarning = emitWarning
  }
}

function isExperimental([warning, second]: readonly unknown[]): boolean {
  if (warning instanceof Error) return warning.name === 'ExperimentalWarning'
  const type = typeof second === 'object' && second !== null && 'type' in second ? second.type : second
  return type === 'ExperimentalWarning'
}
