import { ConfigError } from '../config/config-error.js'
import { FrameReader } from '../ring/reader.js'
import { Ring } from '../ring/ring.js'
import { type Delivery, type DeliveryParts, lowestOf, makeLocalWriter, self } from './delivery-parts.js'
import type { Inheritance } from './inheritance.js'
import { makeMemberDelivery } from './member-delivery.js'
import { makeProcessDelivery } from './process-delivery.js'
import { makeSteppedDownDelivery } from './stepped-down-delivery.js'
import { makeThreadDelivery } from './thread-delivery.js'

/**
 * Makes the ring and the writer that the settings ask for.
 *
 * @throws ConfigError when a tree has to be joined and none can be
 */
export function makeDelivery(parts: DeliveryParts): Delivery {
  const { inheritance } = parts
  const { worker } = parts.settings.queue
  if (inheritance !== undefined) return makeInheritedDelivery(parts, inheritance)
  const elsewhere =
    worker === 'thread' ? makeThreadDelivery(parts) : worker === 'process' ? makeProcessDelivery(parts) : undefined
  return elsewhere ?? makeLocalDelivery(parts)
}

/** In the tree that was handed to this process: by a ring, or else by itself. */
function makeInheritedDelivery(parts: DeliveryParts, inheritance: Inheritance): Delivery {
  const { tree, file } = inheritance
  if ('refused' in tree) return makeSteppedDownDelivery(parts, inheritance, tree.detail)
  const made = file === undefined ? 'the run has no readable tree.json' : makeMemberDelivery(parts, inheritance, tree, file)
  if (typeof made !== 'string') return made
  if (parts.settings.join === 'required') throw noTree(made)
  parts.report('join_refused', { reason: 'no_ring', detail: made })
  return makeSteppedDownDelivery(parts, inheritance, made)
}

/** That there is no tree to join, although there has to be. */
export function noTree(why: string): ConfigError {
  const hint = "Start it from a process that runs with `queue.worker: 'process'`, or leave `join` at `auto`."
  return new ConfigError([{ path: 'join', expected: 'a running tree of an ancestor', got: `none: ${why}`, hint }])
}

function makeLocalDelivery(parts: DeliveryParts): Delivery {
  const { settings, origin } = parts
  const ring: Ring = new Ring(settings.ring, (oldest) => writer.release(oldest))
  const reader = new FrameReader(origin)
  const writer = makeLocalWriter(parts, ring, reader, settings.adapters)
  const lowestLane = lowestOf(settings.adapters)
  return { ring, reader, writer, lowestLane, members: () => [self(origin)] }
}
