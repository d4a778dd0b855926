import { get } from '@holdfast/api'
import { installedRuntime } from '@holdfast/core'
import { type ConsoleMethod, consoleMethods } from './console-bridge/console-methods.js'
import { formatCall } from './console-bridge/format-call.js'
import { takeWarnings } from './console-bridge/process-warnings.js'

/** What `bridgeConsole` takes. */
export interface BridgeOptions {
  /** Name of the logger that the events have. @default `console` */
  readonly logger?: string
  /** Whether warnings of the process become events of the logger `process`, in place of text on stderr. @default true */
  readonly warnings?: boolean
}

/** A console that writes events. */
export interface ConsoleBridge extends Disposable {
  /** The methods that were there before, for what must not become an event. */
  readonly original: Readonly<Record<string, ConsoleMethod>>
  /** Gives the console and the warnings back. May be called again. */
  restore(): void
}

/** One for the process: found by other copies of this package, too. */
const KEY = Symbol.for('holdfast.console')

/**
 * Makes events of what is printed with `console.…` and of warnings of the process, for code that knows no logger.
 * Texts are what the console would print; an Error among the arguments is the error of the event. While it is on, another call
 * answers with the same bridge. After `shutdown` the console prints as before.
 *
 * @throws {Error} when there is no runtime yet: nobody would see what is printed
 */
export function bridgeConsole(options: BridgeOptions = {}): ConsoleBridge {
  const home = console as unknown as Record<symbol, ConsoleBridge | undefined> & Record<string, unknown>
  const active = home[KEY]
  if (active !== undefined) return active
  if (installedRuntime() === undefined)
    throw new Error('Expected `init` to be called before `bridgeConsole`, got a process without a runtime.')

  const { logger = 'console', warnings = true } = options
  const log = get(logger)
  const original: Record<string, ConsoleMethod> = {}
  const restores: (() => void)[] = []
  let isOn = true
  let isInside = false

  const methods = consoleMethods((level, args, fields) => {
    const { message, error } = formatCall(args)
    if (error === undefined) log.log(level, message, fields)
    else log.log(level, message, error, fields)
  })
  for (const [name, method] of Object.entries(methods)) {
    const before = home[name]
    if (typeof before !== 'function') continue
    const print: ConsoleMethod = (...args) => void Reflect.apply(before, console, args)
    const bridged: ConsoleMethod = (...args) => {
      // what an event prints on its way, as in a stage or a getter, would be refused; and whoever has wrapped this function goes on
      // calling it after `restore`
      if (!isOn || isInside || installedRuntime()?.isClosed !== false) {
        print(...args)
        return
      }
      isInside = true
      try {
        method(...args)
      } finally {
        isInside = false
      }
    }
    original[name] = print
    home[name] = bridged
    restores.push(() => {
      if (home[name] === bridged) home[name] = before
    })
  }
  if (warnings) restores.push(takeWarnings((warning) => void get('process').warning(warning.message, warning)))

  const restore = (): void => {
    if (!isOn) return
    isOn = false
    for (const undo of restores) undo()
    delete home[KEY]
  }
  const bridge: ConsoleBridge = { original, restore, [Symbol.dispose]: restore }
  Object.defineProperty(home, KEY, { value: bridge, configurable: true })
  return bridge
}
