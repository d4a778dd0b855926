import type { Clock } from '@holdfast/core'
import { DatagramTransport } from './datagram/datagram-transport.js'
import { GelfProTransport } from './gelf-pro/gelf-pro-transport.js'
import type { GelfTransport } from './gelf-transport.js'
import type { GraylogSettings } from './options.js'
import { StreamTransport } from './stream/stream-transport.js'

/** The way that the options ask for. */
export function openTransport(settings: GraylogSettings, clock: Clock): GelfTransport {
  if (settings.client === 'gelf-pro') return new GelfProTransport(settings)
  return settings.protocol === 'udp' ? new DatagramTransport(settings, clock) : new StreamTransport(settings, clock)
}
