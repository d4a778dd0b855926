import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { LogRecord } from '@holdfast/api'
import { recordFault } from '@holdfast/core'
import type { JournalClient } from './client.js'
import type { Condition } from './condition.js'
import { type EntryEncoder, priorityOf } from './encode.js'
import { FieldList } from './field-list.js'
import { nameOfFault } from './libc.js'
import { troubleError, troubleOf } from './trouble.js'

/** The native part of the npm package `systemd-journald`; answers with 0, or with a system error below it. */
export type SendToJournal = (priority: number, ...fields: string[]) => number

/**
 * Loads the native part alone: the package's own functions upper-case keys without checking them, and throw away what libsystemd answers.
 * Throws when the package is not there, was not compiled, or has been loaded by another thread already.
 */
export function loadBinding(): SendToJournal {
  const require = createRequire(import.meta.url)
  const folder = dirname(require.resolve('systemd-journald/package.json'))
  const { send } = require(join(folder, 'build/Release/journal_send.node')) as { readonly send: SendToJournal }
  if (typeof send !== 'function') throw new TypeError('systemd-journald has no function `send`')
  return send
}

export interface BindingClientParts {
  readonly send: SendToJournal
  readonly path: string
  readonly encoder: EntryEncoder
  readonly condition: Condition
}

/** Writes through libsystemd. It blocks the thread while journald has no room, without a bound. */
export class BindingClient implements JournalClient {
  readonly kind = 'systemd-journald'
  readonly #parts: BindingClientParts

  constructor(parts: BindingClientParts) {
    this.#parts = parts
  }

  write(batch: readonly LogRecord[], signal: AbortSignal): void {
    signal.throwIfAborted()
    this.writeSync(batch)
  }

  writeSync(batch: readonly LogRecord[]): void {
    const { send, condition } = this.#parts
    this.#demandSocket()
    for (const [index, record] of batch.entries()) {
      const { priority, fields } = this.#encode(record, index)
      const answer = send(priority, ...fields)
      if (answer < 0) throw this.#failure(nameOfFault(-answer), index)
      condition.succeed()
    }
  }

  /** Libsystemd keeps its own socket for the life of the process. */
  close(): void {
    return
  }

  #encode(record: LogRecord, accepted: number): { readonly priority: number; readonly fields: readonly string[] } {
    const list = new FieldList()
    try {
      this.#parts.encoder.encode(record.event, list)
      return { priority: Number(priorityOf(record.event)), fields: list.fields }
    } catch (error) {
      throw recordFault(accepted, error)
    }
  }

  /** Without a socket libsystemd answers that all is well. */
  #demandSocket(): void {
    if (!existsSync(this.#parts.path)) throw this.#failure('ENOENT', 0)
  }

  #failure(fault: string, accepted: number): Error {
    const trouble = troubleOf(fault)
    return troubleError(trouble, this.#parts.condition.fail(trouble, fault), accepted)
  }
}
