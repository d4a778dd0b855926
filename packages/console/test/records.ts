import type { LogRecord } from '@holdfast/api'
import { makeRecords } from '@holdfast/testkit'
import type { ConsoleSettings } from '../dist/options.js'
import { type ConsoleOptions, resolveOptions } from '../dist/options.js'
import type { Descriptor } from '../dist/transport.js'

/** The canonical lines of records, as they should stand in a file. */
export function linesOf(records: readonly LogRecord[]): string {
  return records.map(({ json }) => `${json}\n`).join('')
}

export function settingsOf(options: ConsoleOptions = {}): ConsoleSettings {
  return resolveOptions({ format: 'json', ...options })
}

/** A descriptor that does, call by call, what it was told: takes so many bytes, or throws an error with this code. */
export class ScriptedDescriptor implements Descriptor {
  readonly kind = 'descriptor'
  readonly label: string
  readonly isTTY = false
  readonly #script: (number | string)[]
  isClosed = false
  calls = 0
  text = ''

  constructor(label: string, script: readonly (number | string)[]) {
    this.label = label
    this.#script = [...script]
  }

  /** Adds to what it will do. At the end of its script it takes everything. */
  script(...steps: readonly (number | string)[]): void {
    this.#script.push(...steps)
  }

  take(bytes: Uint8Array): number {
    this.calls++
    const step = this.#script.shift() ?? bytes.length
    if (typeof step === 'string') throw Object.assign(new Error(`${step}: write`), { code: step })
    const count = Math.min(step, bytes.length)
    this.text += Buffer.from(bytes.subarray(0, count)).toString('latin1')
    return count
  }

  /** What arrived, as text. */
  get arrived(): string {
    return Buffer.from(this.text, 'latin1').toString()
  }

  close(): void {
    this.isClosed = true
  }
}

export { makeRecords }
