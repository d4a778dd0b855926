import { channel } from 'node:diagnostics_channel'
import { writeSync } from 'node:fs'
import { types } from 'node:util'
import type { Clock } from '../clock.js'
import { SCRUB_DEFAULTS, type ScrubSettings } from '../config/settings.js'
import {
  DIAGNOSTIC_LEVELS,
  type Diagnostic,
  type DiagnosticHook,
  type DiagnosticName,
  type DiagnosticPayloads,
} from './catalogue.js'
import { DESCRIBED_MAX_CHARS, payloadCleaner, printable } from './clean-payload.js'
import { Troubles } from './troubles.js'

/** Subscribers of `diagnostics_channel` get `{ name, payload, service }`. */
export const DIAGNOSTICS_CHANNEL = 'holdfast:diagnostic'

/** At most one line per name and this long goes to stderr, with the number of those in between. */
const STDERR_INTERVAL_MS = 10_000

interface StderrState {
  nextAt: number
  suppressed: number
}

/**
 * Tells diagnostics to the hook, to subscribers and, when nobody listens, the important ones to stderr.
 * While it tells, log calls are refused: a hook that logs must not feed itself.
 */
export class DiagnosticHub {
  readonly #clock: Clock
  readonly #service: () => string
  readonly #hooks = new Set<DiagnosticHook>()
  readonly #channel = channel(DIAGNOSTICS_CHANNEL)
  readonly #stderr = new Map<DiagnosticName, StderrState>()
  readonly #troubles = new Troubles()
  #clean = payloadCleaner(SCRUB_DEFAULTS)
  #telling = 0
  #hookErrors = 0

  constructor(clock: Clock, service: () => string) {
    this.#clock = clock
    this.#service = service
  }

  /** True while hooks run. */
  get isTelling(): boolean {
    return this.#telling > 0
  }

  /** Calls of hooks that threw. */
  get hookErrors(): number {
    return this.#hookErrors
  }

  /** Scrubs what it tells by these settings from now on, by the defaults until then. */
  scrubBy(settings: ScrubSettings | false): void {
    this.#clean = payloadCleaner(settings)
  }

  /** What the runtime says about itself, without secrets. */
  readonly clean = <T>(value: T): T => this.#clean(value)

  /** Adds a hook and returns its removal. */
  add(hook: DiagnosticHook): () => void {
    this.#hooks.add(hook)
    return () => this.#hooks.delete(hook)
  }

  readonly report = <K extends DiagnosticName>(name: K, given: DiagnosticPayloads[K]): void => {
    // a diagnostic that a hook causes would come back to the same hook
    if (this.#telling > 0) return
    if (this.#hooks.size === 0 && !this.#channel.hasSubscribers && DIAGNOSTIC_LEVELS[name] === 'info') return
    const payload = this.#clean(given)
    this.#telling++
    try {
      if (this.#channel.hasSubscribers) this.#guard(() => this.#channel.publish({ name, payload, service: this.#service() }))
      for (const hook of this.#hooks) this.#guard(() => hook(...([name, payload] as unknown as Diagnostic)))
      if (this.#hooks.size === 0 && DIAGNOSTIC_LEVELS[name] !== 'info') this.#toStderr(name, payload)
    } finally {
      this.#telling--
    }
  }

  /** Also for hooks that are async functions, against their type: their rejection must not end the process. */
  #guard(run: () => unknown): void {
    try {
      const result = run()
      if (types.isPromise(result)) result.catch(this.#failed)
    } catch (error) {
      this.#failed(error)
    }
  }

  readonly #failed = (error: unknown): void => {
    this.#hookErrors++
    this.#toStderr('hook_error', this.#clean({ error: describeError(error), count: this.#hookErrors }))
  }

  #toStderr<K extends DiagnosticName>(name: K, payload: DiagnosticPayloads[K]): void {
    if (this.#troubles.isSaid([name, payload] as unknown as Diagnostic)) return
    const now = this.#clock.monotonic()
    const state = this.#stderr.get(name) ?? { nextAt: 0, suppressed: 0 }
    this.#stderr.set(name, state)
    if (now < state.nextAt) {
      state.suppressed++
      return
    }
    const more = state.suppressed === 0 ? '' : ` (and ${state.suppressed} more since the last one)`
    state.nextAt = now + STDERR_INTERVAL_MS
    state.suppressed = 0
    writeStderr(`holdfast: ${name} ${printable(JSON.stringify(payload))}${more}\n`)
  }
}

/** Says something on stderr, come what may: stderr may be closed, or a full pipe. */
export function writeStderr(text: string): void {
  try {
    writeSync(2, text)
  } catch {
    // nowhere is left to say it
  }
}

/** The message of whatever was thrown, without line ends, not yet scrubbed: `DiagnosticHub.clean` does that, and shortens it. */
export function describeError(error: unknown): string {
  try {
    const text = error instanceof Error ? `${error.name}: ${withoutQuote(error)}` : String(error)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
    return text.slice(0, DESCRIBED_MAX_CHARS).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
  } catch {
    return 'an error that cannot be read'
  }
}

/** The JSON parser quotes what it was given, which may be what a user logged. */
function withoutQuote({ name, message }: Error): string {
  return name === 'SyntaxError' ? message.replace(/, .* is not valid JSON$/s, ' in what is no JSON') : message
}

/** Its `code`, as errors of Node have, or its name. */
export function errorCode(error: unknown): string {
  try {
    if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') return error.code
    return error instanceof Error ? String(error.name) : 'UNKNOWN'
  } catch {
    return 'UNKNOWN' // a proxy whose traps throw, say
  }
}
