/** Most datagrams of one message, by the specification of GELF. */
export const CHUNKS_MAX = 128

const MAGIC_1 = 0x1e
const MAGIC_2 = 0x0f
const ID_BYTES = 8
const HEADER_BYTES = 12

/** Most bytes of a message that are carried in datagrams of this size. */
export function messageCapacity(datagramMaxBytes: number): number {
  return CHUNKS_MAX * (datagramMaxBytes - HEADER_BYTES)
}

/**
 * A message as datagrams: one without a header when it fits, else chunks.
 *
 * ```
 *  0    2            10    11    12
 *  ├ 1e 0f ┤ id of message ┤ seq ┤ count ┤ part of the message …
 * ```
 *
 * @param id 8 bytes that no other message of the last seconds has
 */
export function datagramsOf(message: Uint8Array, datagramMaxBytes: number, id: () => Uint8Array): readonly Uint8Array[] {
  if (message.length <= datagramMaxBytes) return [message]
  const size = datagramMaxBytes - HEADER_BYTES
  const count = Math.ceil(message.length / size)
  if (count > CHUNKS_MAX) throw new RangeError(`Expected a message of at most ${CHUNKS_MAX} chunks, got ${count}.`)
  const name = id()
  return Array.from({ length: count }, (_, index) => {
    const part = message.subarray(index * size, (index + 1) * size)
    const datagram = Buffer.allocUnsafe(HEADER_BYTES + part.length)
    datagram.set([MAGIC_1, MAGIC_2])
    datagram.set(name.subarray(0, ID_BYTES), 2)
    datagram.set([index, count], 2 + ID_BYTES)
    datagram.set(part, HEADER_BYTES)
    return datagram
  })
}
