import type { Clock } from '@holdfast/core'
import { BindingClient, loadBinding, type SendToJournal } from './binding-client.js'
import type { JournalClient } from './client.js'
import type { Condition } from './condition.js'
import { EntryEncoder } from './encode.js'
import { KoffiTransport } from './koffi-transport.js'
import { loadLibc } from './libc.js'
import { NativeClient } from './native-client.js'
import type { JournaldSettings } from './options.js'
import { StreamClient, streamPath } from './stream-client.js'
import type { DatagramTransport } from './transport.js'

/** Where the means of a client come from; each throws when it is not to be had. */
export interface ClientSources {
  readonly openTransport: (path: string) => DatagramTransport
  readonly loadBinding: () => SendToJournal
}

/** The means of this machine. */
export const SOURCES: ClientSources = {
  openTransport: (path) => new KoffiTransport(loadLibc(), path),
  loadBinding,
}

/** A client, and what it lacks beside the one that was asked for. */
export interface OpenedClient {
  readonly client: JournalClient
  readonly lacks?: string
}

export interface OpenClientParts {
  readonly settings: JournaldSettings
  readonly sources: ClientSources
  readonly clock: Clock
  readonly condition: Condition
}

/** Opens the client that was asked for, or the next best one. Nothing is sent yet. */
export function openClient(parts: OpenClientParts): OpenedClient {
  switch (parts.settings.client) {
    case 'systemd-journald':
      return openBinding(parts)
    case 'native':
      return openNative(parts)
    case 'stream':
      return { client: openStream(parts) }
  }
}

function openBinding(parts: OpenClientParts): OpenedClient {
  const { settings, sources, condition } = parts
  try {
    const send = sources.loadBinding()
    return { client: new BindingClient({ send, path: settings.path, encoder: new EntryEncoder(settings), condition }) }
  } catch (error) {
    const cure =
      'npm install systemd-journald, with libsystemd-dev, pkg-config and a C++ compiler there, and its install script allowed'
    const { client, lacks } = openNative(parts)
    const instead = lacks ?? 'The native client writes instead: nothing is lost.'
    return { client, lacks: `The client systemd-journald cannot be loaded (${firstLine(error)}; ${cure}). ${instead}` }
  }
}

function openNative(parts: OpenClientParts): OpenedClient {
  const { settings, sources, clock, condition } = parts
  try {
    const transport = sources.openTransport(settings.path)
    return { client: new NativeClient({ transport, clock, encoder: new EntryEncoder(settings), condition }) }
  } catch (error) {
    const lost =
      'Journald gets text with a priority: no fields, line ends as \\n, lines cut at 48000 bytes, nothing written synchronously.'
    return { client: openStream(parts), lacks: `koffi cannot be loaded (${firstLine(error)}; npm install koffi). ${lost}` }
  }
}

function openStream({ settings, condition }: OpenClientParts): JournalClient {
  return new StreamClient({ path: streamPath(settings.path), identifier: settings.identifier, condition })
}

/** Node lists the whole chain of modules below it. */
function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? ''
}
