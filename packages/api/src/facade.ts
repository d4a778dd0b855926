import { LEVEL_OFF, LEVELS, type Level, type LevelName, levelName, levelValue } from './level.js'
import type { ChildOptions, Logger, LogResult } from './logger.js'
import type { LoggerHandle, LoggerSpec, RuntimePort } from './slot.js'

/** Where a facade finds its runtime: the global slot, or the fixed one of an isolated runtime. */
export interface PortSource {
  readonly port: RuntimePort | undefined
}

/** Answers when no runtime was ever loaded, as in a library whose application does not use Holdfast. */
const NOBODY: LoggerHandle = {
  cell: { threshold: LEVEL_OFF },
  emit: () => 'refused',
  below: () => 'below_level',
  isEnabled: () => false,
}

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
  const write = (level: number, a: unknown, b: unknown, c: unknown, rest: readonly unknown[]): LogResult => {
    const target = source.port === port ? handle : attach()
    const surplus = rest.length === 0 ? undefined : rest
    return level < target.cell.threshold ? target.below(level, a, b, c, surplus) : target.emit(level, a, b, c, surplus)
  }
  const current = (): LoggerHandle => (source.port === port ? handle : attach())
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
  const isEnabled = (level: Level): boolean => current().isEnabled(levelValue(level) ?? LEVELS.info)
  const warning: Method = (a, b, c, ...rest) => write(30, a, b, c, rest)
  const error: Method = (a, b, c, ...rest) => write(40, a, b, c, rest)
  const critical: Method = (a, b, c, ...rest) => write(50, a, b, c, rest)

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
    trace: (a, b?, c?, ...rest) => write(5, a, b, c, rest),
    debug: (a, b?, c?, ...rest) => write(10, a, b, c, rest),
    info: (a, b?, c?, ...rest) => write(20, a, b, c, rest),
    warning,
    warn: warning,
    error,
    exception: error,
    critical,
    fatal: critical,
    silent: () => 'below_level',
    log: (level: Level, a: unknown, b?: unknown, c?: unknown, ...rest: readonly unknown[]) =>
      write(levelValue(level) ?? LEVELS.info, a, b, c, rest),
    with: child,
    child,
    isEnabled,
    isLevelEnabled: isEnabled,
  }
}

type Method = (a: unknown, b?: unknown, c?: unknown, ...rest: readonly unknown[]) => LogResult
