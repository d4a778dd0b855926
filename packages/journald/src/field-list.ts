import type { FieldSink } from './encode.js'

/** Fields as texts for libsystemd: `NAME=value` each. */
export class FieldList implements FieldSink {
  readonly fields: string[] = []

  /** The npm binding copies a text up to its first NUL, and sends it in its full length: what lies behind it in memory would go along. */
  add(name: string, value: string): void {
    // the binding adds the priority by itself
    if (name !== 'PRIORITY') this.fields.push(`${name}=${value.replaceAll('\0', '\u2400')}`)
  }
}
