import { LEVEL_OFF, LEVELS, type Level, type LevelName, levelName, levelValue } from './level.js'
import type { ChildOptions, Logger, LogResult } from './logger.js'
import type { LoggerHandle, LoggerSpec, RuntimePort } from './slot.js'

/** Where a facade finds its runtime: the global slot, or the fixed one of an isolated runtime. */
export interface PortSource {
  readonly port: RuntimePort | undefined
}

/** Answers when no runtime was ever loaded, as in a library whose application does not use Holdfast. */
const NOBODY: LoggerHandle = {
  gate: { overrides: 0, calls: 0, belowLevel: 0 },
  cell: { threshold: LEVEL_OFF },
  emit: () => 'refused',
  below: () => 'below_level',
  isEnabled: () => false,
}

type Method = (a: unknown, b?: unknown, c?: unknown, ...rest: readonly unknown[]) => LogResult

/**
 * A logger that looks its runtime up at each call and keeps the handle until the runtime changes.
 * Its methods are closures, so that they can be passed around (`promise.catch(log.error)`).
 */
export function createLogger(source: PortSource, spec: LoggerSpec): Logger {
  let own = spec
  let port: RuntimePort | undefined
  let handle = NOBODY

  const attach = (): LoggerHandle => {
    port = source.port
    handle = port === undefined ? NOBODY : port.attach(own)
    return handle
  }
  const current = (): LoggerHandle => (source.port === port ? handle : attach())
  // A disabled call ends here: two looks and two counts (`npm run bench -- disabled`). `arguments` instead of a rest parameter,
  // because that would make an array at every call.
  const method = (level: number): Method =>
    function (a: unknown, b?: unknown, c?: unknown): LogResult {
      const target = source.port === port ? handle : attach()
      if (level < target.cell.threshold) {
        const { gate } = target
        if (gate.overrides === 0) {
          gate.calls++
          gate.belowLevel++
          return 'below_level'
        }
        // biome-ignore lint/complexity/noArguments: see above
        return target.below(level, a, b, c, arguments.length > 3 ? surplus(arguments) : undefined)
      }
      // biome-ignore lint/complexity/noArguments: see above
      return target.emit(level, a, b, c, arguments.length > 3 ? surplus(arguments) : undefined)
    }
  const methods = {
    trace: method(LEVELS.trace),
    debug: method(LEVELS.debug),
    info: method(LEVELS.info),
    warning: method(LEVELS.warning),
    error: method(LEVELS.error),
    critical: method(LEVELS.critical),
  }
  const child = (fields: object, options: ChildOptions = {}): Logger => {
    const level = levelValue(options.level) ?? own.level
    const serializers = options.serializers === undefined ? own.serializers : { ...own.serializers, ...options.serializers }
    return createLogger(source, {
      name: own.name,
      fields: [...own.fields, fields],
      ...(level === undefined ? undefined : { level }),
      ...(serializers === undefined ? undefined : { serializers }),
    })
  }
  const isEnabled = (level: Level): boolean => {
    const value = levelValue(level) ?? LEVELS.info
    return value !== LEVEL_OFF && current().isEnabled(value)
  }

  attach()
  return {
    name: spec.name,
    get level(): LevelName | 'off' {
      return levelName(current().cell.threshold)
    },
    set level(level: Level) {
      const threshold = levelValue(level)
      if (threshold === undefined) return
      own = { ...own, level: threshold }
      attach()
    },
    ...methods,
    warn: methods.warning,
    exception: methods.error,
    fatal: methods.critical,
    silent: () => 'below_level',
    log: (level: Level, a: unknown, b?: unknown, c?: unknown, ...rest: readonly unknown[]) => {
      const name = levelName(levelValue(level) ?? LEVELS.info)
      return name === 'off' ? 'below_level' : methods[name](a, b, c, ...rest)
    },
    with: child,
    child,
    isEnabled,
    isLevelEnabled: isEnabled,
  }
}

/** What comes behind the third argument. */
function surplus(all: IArguments): readonly unknown[] {
  return Array.prototype.slice.call(all, 3)
}
