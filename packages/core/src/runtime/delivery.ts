import { FrameReader } from '../ring/reader.js'
import { Ring } from '../ring/ring.js'
import { type Delivery, type DeliveryParts, lowestOf, makeLocalWriter, self } from './delivery-parts.js'
import { makeMemberDelivery } from './member-delivery.js'
import { makeProcessDelivery } from './process-delivery.js'
import { makeThreadDelivery } from './thread-delivery.js'

/** Makes the ring and the writer that the settings ask for. */
export function makeDelivery(parts: DeliveryParts): Delivery {
  const { inheritance } = parts
  const { worker } = parts.settings.queue
  const elsewhere =
    inheritance !== undefined
      ? makeMemberDelivery(parts, inheritance)
      : worker === 'thread'
        ? makeThreadDelivery(parts)
        : worker === 'process'
          ? makeProcessDelivery(parts)
          : undefined
  return elsewhere ?? makeLocalDelivery(parts)
}

function makeLocalDelivery(parts: DeliveryParts): Delivery {
  const { settings, origin } = parts
  const ring: Ring = new Ring(settings.ring, (oldest) => writer.release(oldest))
  const reader = new FrameReader(origin)
  const writer = makeLocalWriter(parts, ring, reader, settings.adapters)
  const lowestLane = lowestOf(settings.adapters)
  return { ring, reader, writer, lowestLane, members: () => [self(origin)] }
}
