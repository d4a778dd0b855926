import type { Adapter, Health, LogRecord } from '@holdfast/api'
import { AdapterError, type Clock, systemClock } from '@holdfast/core'
import type { JournalClient } from './client.js'
import { Condition } from './condition.js'
import { type ClientSources, openClient, SOURCES } from './open-client.js'
import type { JournaldSettings } from './options.js'

/** What an adapter works with; tests give their own. */
export interface JournaldParts {
  readonly sources?: Partial<ClientSources>
  readonly clock?: Clock
}

/** Writes events to systemd-journald. Accepted means: the kernel has the entry, in the queue that journald reads. */
export class JournaldAdapter implements Adapter {
  readonly name: string
  readonly #client: JournalClient
  readonly #lacks: string | undefined
  readonly #condition: Condition
  #isClosed = false
  /** There when the client in use can. */
  declare readonly writeSync?: (batch: readonly LogRecord[]) => void

  constructor(settings: JournaldSettings, { sources, clock = systemClock }: JournaldParts = {}) {
    this.name = settings.name
    this.#condition = new Condition(settings.path, clock)
    const opened = openClient({ settings, sources: { ...SOURCES, ...sources }, clock, condition: this.#condition })
    const { client } = opened
    this.#client = client
    this.#lacks = opened.lacks
    if (client.writeSync !== undefined) {
      this.writeSync = (batch) => {
        this.#demandOpen()
        client.writeSync?.(batch)
      }
    }
  }

  write(batch: readonly LogRecord[], signal: AbortSignal): Promise<void> | void {
    signal.throwIfAborted()
    this.#demandOpen()
    return this.#client.write(batch, signal)
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#client.close()
  }

  health(): Health {
    return this.#condition.health(this.#client.kind, this.#lacks)
  }

  #demandOpen(): void {
    if (this.#isClosed) throw new AdapterError('The journald adapter is closed.', { code: 'CLOSED' })
  }
}
