import assert from 'node:assert/strict'
import { LIMIT_DEFAULTS, type LimitSettings, SCRUB_DEFAULTS, type ScrubSettings } from '../dist/config/settings.js'
import type { DiagnosticName } from '../dist/diagnostics/catalogue.js'
import { Encoder, type EncoderOptions } from '../dist/encode/encoder.js'
import { escapeUnsafe } from '../dist/encode/quote.js'

export type Json = Record<string, unknown>

export interface Reported {
  readonly name: DiagnosticName
  readonly payload: Json
}

export interface Bench {
  readonly encoder: Encoder
  readonly reports: Reported[]
  /** The parsed `extra` of a call with these fields; `{}` when there is none. */
  extra(fields: object): Json
  /** The parsed `error` of a call with this error argument. */
  error(error: unknown): Json
}

export interface BenchOptions {
  readonly limits?: Partial<LimitSettings>
  readonly scrub?: Partial<ScrubSettings> | false
  readonly serializers?: EncoderOptions['serializers']
}

export function makeEncoder(options: BenchOptions = {}): Bench {
  const reports: Reported[] = []
  const encoder = new Encoder({
    limits: { ...LIMIT_DEFAULTS, ...options.limits },
    scrub: options.scrub === false ? false : { ...SCRUB_DEFAULTS, ...options.scrub },
    serializers: options.serializers ?? {},
    report: (name, payload) => reports.push({ name, payload: payload as unknown as Json }),
  })
  return {
    encoder,
    reports,
    extra(fields) {
      encoder.encode('test', fields, false, undefined, undefined, undefined)
      return encoder.extra === '' ? {} : (parseStrictly(encoder.extra) as Json)
    },
    error(error) {
      encoder.encode('test', undefined, true, error, undefined, undefined)
      return parseStrictly(encoder.error) as Json
    },
  }
}

/**
 * Parses, and refuses what a strict reader would: a key that comes twice, or a character that is not written the one way in which it has to
 * be. Written again, the value must take exactly as many characters.
 */
export function parseStrictly(json: string): unknown {
  const value: unknown = JSON.parse(json)
  assert.equal(escapeUnsafe(JSON.stringify(value)).length, json.length, `not the canonical form: ${json.slice(0, 400)}`)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  assert.doesNotMatch(json, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/)
  assert.doesNotMatch(json, /\p{Surrogate}/u)
  return value
}
