import type { Adapter, Health, LogRecord } from '@holdfast/api'
import { AdapterError, type Clock, recordFault, systemClock } from '@holdfast/core'
import { GelfEncoder } from './encode.js'
import { failure } from './failure.js'
import type { GelfTransport } from './gelf-transport.js'
import type { GraylogSettings } from './options.js'
import { SpooledDelivery } from './spool/spooled-delivery.js'
import { openTransport } from './transport.js'

/** What an adapter works with; tests give their own. */
export interface GraylogParts {
  readonly clock?: Clock
  readonly transport?: GelfTransport
}

/** Sends records to Graylog as GELF messages. */
export class GraylogAdapter implements Adapter {
  readonly name: string
  readonly #settings: GraylogSettings
  readonly #encoder: GelfEncoder
  readonly #transport: GelfTransport
  readonly #spooled: SpooledDelivery | undefined
  #failure: string | undefined
  #closing: Promise<void> | undefined

  constructor(settings: GraylogSettings, { clock = systemClock, transport = openTransport(settings, clock) }: GraylogParts = {}) {
    this.name = settings.name
    this.#settings = settings
    this.#encoder = new GelfEncoder(settings)
    this.#transport = transport
    if (settings.spool !== undefined) this.#spooled = new SpooledDelivery(settings.spool, transport, clock)
  }

  async write(batch: readonly LogRecord[], signal: AbortSignal): Promise<void> {
    if (this.#closing !== undefined) throw new AdapterError('The graylog adapter is closed.', { code: 'CLOSED', accepted: 0 })
    try {
      signal.throwIfAborted()
      const { messages, fault } = this.#encodeAll(batch)
      if (messages.length > 0) await (this.#spooled ?? this.#transport).send(messages, signal)
      this.#failure = undefined
      if (fault !== undefined) throw fault
    } catch (error) {
      const told = failure('Cannot send to Graylog', error)
      // a message that the server will never take says nothing about the next one
      if (told.retryable) this.#failure = told.message
      throw told
    }
  }

  /** Messages up to the first record that cannot be encoded. */
  #encodeAll(batch: readonly LogRecord[]): { readonly messages: readonly string[]; readonly fault?: AdapterError } {
    const messages: string[] = []
    for (const [index, record] of batch.entries()) {
      try {
        messages.push(this.#encoder.encode(record))
      } catch (error) {
        return { messages, fault: recordFault(index, error) }
      }
    }
    return { messages }
  }

  /** Makes sure that the server has read what was sent, as far as the protocol can tell; rejects when it may not have. */
  async flush(): Promise<void> {
    // what could not be sent at all is told by the call that tried
    if (this.#failure !== undefined) return
    await (this.#spooled ?? this.#transport).flush()
  }

  close(): Promise<void> {
    this.#closing ??= (this.#spooled ?? this.#transport).close()
    return this.#closing
  }

  health(): Health {
    const insecure = this.#settings.tls.dangerouslyAcceptAnyCertificate === true ? 'any certificate is accepted' : undefined
    const reasons = [this.#failure, this.#spooled?.reason, insecure].filter((reason) => reason !== undefined)
    return {
      state: this.#failure !== undefined ? 'down' : reasons.length > 0 ? 'degraded' : 'ok',
      ...(reasons.length === 0 ? undefined : { reason: reasons.join('; ') }),
      details: { ...this.#transport.details(), ...this.#spooled?.details() },
    }
  }
}
