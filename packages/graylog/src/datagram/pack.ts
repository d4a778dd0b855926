import { promisify } from 'node:util'
import { deflate, gzip } from 'node:zlib'
import { fitMessage } from '../fit-message.js'
import type { GraylogSettings } from '../options.js'
import { messageCapacity } from './chunks.js'

const COMPRESSORS = { gzip: promisify(gzip), zlib: promisify(deflate) }
/** Text may compress less well once it is cut: how much below the bound a cut aims, and how often. */
const AIM = 0.9
const ATTEMPTS_MAX = 4

/** A message as bytes that fit into 128 datagrams: compressed when it is larger than one, cut when that is not enough. */
export async function packMessage(
  json: string,
  { compress, datagramMaxBytes }: Pick<GraylogSettings, 'compress' | 'datagramMaxBytes'>,
): Promise<Uint8Array> {
  const plain = Buffer.from(json)
  if (plain.length <= datagramMaxBytes) return plain
  const capacity = messageCapacity(datagramMaxBytes)
  if (compress === false) return plain.length <= capacity ? plain : Buffer.from(fitMessage(json, capacity))
  const { packed } = await fitCompressed(json, compress, capacity)
  return packed
}

/** A message that takes at most `capacity` bytes when compressed, cut as little as that needs. */
export async function fitCompressed(
  json: string,
  compress: 'gzip' | 'zlib',
  capacity: number,
): Promise<{ readonly json: string; readonly packed: Uint8Array }> {
  const compressed = COMPRESSORS[compress]
  let text = json
  let packed: Uint8Array = await compressed(Buffer.from(json))
  let target = Buffer.byteLength(json)
  for (let attempt = 1; packed.length > capacity; attempt++) {
    // the last attempt fits even if nothing can be compressed; a container costs some bytes
    target = attempt < ATTEMPTS_MAX ? Math.floor((target * capacity * AIM) / packed.length) : Math.floor(capacity * AIM)
    text = fitMessage(json, target)
    packed = await compressed(Buffer.from(text))
  }
  return { json: text, packed }
}
