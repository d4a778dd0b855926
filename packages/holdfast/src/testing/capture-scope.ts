import { AsyncLocalStorage } from 'node:async_hooks'
import { type RuntimePort, slot } from '@holdfast/api'

/** What stands in for the installed runtime while a capture is on. */
export interface Scope {
  readonly port: RuntimePort
  readonly isStopped: boolean
  /** The capture around it, which is in force again when this one has ended. */
  readonly outer: Scope | undefined
}

/** Shared by all copies of this module in a process: `vi.resetModules()` and `jest.resetModules()` make new ones. */
interface Captures {
  readonly storage: AsyncLocalStorage<Scope | undefined>
  /** The capture of the whole process. */
  wide: Scope | undefined
}

const KEY = Symbol.for('holdfast.captures')

const captures: Captures = findCaptures()

/** The capture that counts where this is called; `undefined` when log calls go to the application's own runtime. */
export function currentScope(): Scope | undefined {
  return innermostLive(captures)
}

/** Makes a capture count from here on: for the code that follows in this async context, or for the whole process. */
export function enterScope(scope: Scope, isProcessWide: boolean): void {
  if (isProcessWide) captures.wide = scope
  else captures.storage.enterWith(scope)
}

/** Runs a function inside a capture. */
export function runInScope<T>(scope: Scope, run: () => T): T {
  return captures.storage.run(scope, run)
}

/** Takes an ended capture away where it is known; async contexts that still hold it pass it over. */
export function leaveScope(scope: Scope): void {
  if (captures.wide === scope) captures.wide = undefined
  if (captures.storage.getStore() === scope) captures.storage.enterWith(scope.outer)
}

/** Whether a capture of the whole process is on. */
export function hasProcessScope(): boolean {
  return captures.wide !== undefined && !captures.wide.isStopped
}

/** Turns the slot's port into one that looks for a capture first. Without one it holds what it held, and takes what is installed. */
function findCaptures(): Captures {
  const home = slot as unknown as Record<symbol, Captures | undefined>
  const found = home[KEY]
  if (found !== undefined) return found
  const made: Captures = { storage: new AsyncLocalStorage(), wide: undefined }
  let { port } = slot
  Object.defineProperty(slot, KEY, { value: made })
  Object.defineProperty(slot, 'port', {
    configurable: true,
    enumerable: true,
    get: (): RuntimePort | undefined => {
      const scope = innermostLive(made)
      return scope === undefined ? port : scope.port
    },
    set: (installed: RuntimePort | undefined) => {
      port = installed
    },
  })
  return made
}

function innermostLive({ storage, wide }: Captures): Scope | undefined {
  let scope = storage.getStore()
  while (scope?.isStopped === true) scope = scope.outer
  return scope ?? (wide?.isStopped === true ? undefined : wide)
}
