import { types } from 'node:util'
import { head, LOOK_AHEAD_CHARS } from './cut.js'
import { encodeError, isError } from './error-shape.js'
import { describeRequest, describeResponse } from './http-shapes.js'
import type { Encode, Walk } from './walk.js'

const MAX_SHOWN_BYTES = 32
/** Names of functions can be any text. */
const MAX_NAME_CHARS = 256
/** So many bytes are looked at as text: a secret in a buffer must not come out in hexadecimal. */
const MAX_SCRUBBED_BYTES = 1024

/** Objects that are neither plain nor arrays. */
export function encodeExotic(walker: Walk, value: object, depth: number): string {
  const tag = Object.prototype.toString.call(value).slice(8, -1)
  if (tag !== 'Object') {
    const encode = isError(value) ? encodeError : builtin(value, tag)
    if (encode !== undefined) return encode(walker, value, depth)
  } else if (value instanceof Error) {
    return encodeError(walker, value, depth)
  }
  const toJson: unknown = (value as { toJSON?: unknown }).toJSON
  if (typeof toJson !== 'function') return walker.object(value, depth)
  const said = walker.attempt('to_json', () => toJson.call(value, ''))
  return said === value ? walker.entries(value, depth) : walker.value(said, depth)
}

/** Functions are objects too, but nobody logs them for their properties. */
export function encodeFunction(walker: Walk, value: object): string {
  const name = walker.attempt('getter', () => (value as { name?: unknown }).name)
  return walker.text(typeof name === 'string' && name !== '' ? `[Function: ${head(name, MAX_NAME_CHARS)}]` : '[Function]')
}

function builtin(value: object, tag: string): Encode | undefined {
  if (types.isDate(value)) return encodeDate
  if (types.isMap(value)) return encodeMap
  if (types.isSet(value)) return encodeSet
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) return encodeBytes
  if (types.isBoxedPrimitive(value)) return encodeBoxed
  if (types.isRegExp(value)) return encodeAsText
  return BY_TAG[tag]
}

const encodeOpaque: Encode = (walker, value) => walker.text(`[${Object.prototype.toString.call(value).slice(8, -1)}]`)
/** Their own `toString` is what a reader expects. */
const encodeAsText: Encode = (walker, value) => walker.text(String(walker.attempt('other', () => String(value))))
/** Only as many pairs become text as may be shown, and one more, so that the text is cut with a mark. */
const encodeSearchParams: Encode = (walker, value, depth) => {
  if (!(value instanceof URLSearchParams)) return encodeAsText(walker, value, depth)
  const { extraMaxValueChars, contextMaxValueChars } = walker.limits
  let room = Math.max(extraMaxValueChars, contextMaxValueChars) + LOOK_AHEAD_CHARS + 1
  const shown = new URLSearchParams()
  for (const [key, item] of { [Symbol.iterator]: () => URLSearchParams.prototype.entries.call(value) }) {
    const [name, text] = [head(key, room), head(item, room)]
    shown.append(name, text)
    room -= name.length + text.length + 2
    if (room <= 0) break
  }
  return walker.text(String(shown))
}
const encodeRequest: Encode = (walker, value, depth) => walker.object(describeRequest(value as never) as object, depth)
const encodeResponse: Encode = (walker, value, depth) => walker.object(describeResponse(value as never) as object, depth)

/** By `Symbol.toStringTag`, which anyone can set: each of these is harmless for anything. Iterators are never consumed. */
const BY_TAG: Readonly<Record<string, Encode | undefined>> = {
  __proto__: null as never,
  Promise: encodeOpaque,
  WeakMap: encodeOpaque,
  WeakSet: encodeOpaque,
  WeakRef: encodeOpaque,
  Generator: encodeOpaque,
  AsyncGenerator: encodeOpaque,
  'Array Iterator': encodeOpaque,
  'Map Iterator': encodeOpaque,
  'Set Iterator': encodeOpaque,
  'String Iterator': encodeOpaque,
  'RegExp String Iterator': encodeOpaque,
  URLSearchParams: encodeSearchParams,
  Headers: (walker, value, depth) => encodePairs(walker, (value as Headers).entries(), undefined, depth),
  FormData: (walker, value, depth) => encodePairs(walker, (value as FormData).entries(), undefined, depth),
  Request: encodeRequest,
  Response: encodeResponse,
}

function encodeDate(walker: Walk, value: object): string {
  const time = Date.prototype.getTime.call(value as Date)
  return walker.raw(Number.isNaN(time) ? '"Invalid Date"' : `"${new Date(time).toISOString()}"`)
}

function encodeMap(walker: Walk, value: object, depth: number): string {
  const map = value as Map<unknown, unknown>
  return encodePairs(walker, Map.prototype.entries.call(map) as MapIterator<[unknown, unknown]>, mapSize(map), depth)
}

function mapSize(map: object): number {
  return Reflect.get(Map.prototype, 'size', map) as number
}

/** An object when every key that is shown is a text and none comes twice, pairs otherwise. `size`: `undefined` when nobody knows. */
function encodePairs(walker: Walk, entries: Iterator<[unknown, unknown]>, size: number | undefined, depth: number): string {
  const pairs: [unknown, unknown][] = []
  const bag: Record<string, unknown> = Object.create(null)
  let isBag = true
  while (pairs.length < walker.limits.extraMaxItems) {
    const next = entries.next()
    if (next.done === true) break
    const [key, item] = next.value
    pairs.push([key, item])
    if (typeof key !== 'string' || Object.hasOwn(bag, key)) isBag = false
    else bag[key] = item
  }
  const total = size ?? pairs.length
  return isBag ? walker.entries(bag, depth, total - pairs.length) : walker.array(withLength(pairs, total), depth)
}

function encodeSet(walker: Walk, value: object, depth: number): string {
  const items: unknown[] = []
  const set = value as Set<unknown>
  for (const item of { [Symbol.iterator]: () => Set.prototype.values.call(set) }) {
    if (items.push(item) >= walker.limits.extraMaxItems) break
  }
  return walker.array(withLength(items, Reflect.get(Set.prototype, 'size', set) as number), depth)
}

/** So that the mark says how many items the collection has. */
function withLength(items: unknown[], length: number): unknown[] {
  items.length = Math.max(items.length, Math.min(length, 2 ** 32 - 1))
  return items
}

/** `[Uint8Array 4 bytes: 89504e47]` */
function encodeBytes(walker: Walk, value: object): string {
  const bytes = bytesOf(value as ArrayBuffer | ArrayBufferView)
  const name = Buffer.isBuffer(value) ? 'Buffer' : Object.prototype.toString.call(value).slice(8, -1)
  if (bytes === undefined) return walker.text(`[${name}, detached]`)
  const head = bytes.subarray(0, MAX_SHOWN_BYTES).toString('hex')
  const cut = bytes.length > MAX_SHOWN_BYTES ? '…' : ''
  const shown = holdsSecret(walker, bytes) ? (walker.scrub?.replacement ?? '') : head + cut
  return walker.text(`[${name} ${bytes.length} bytes${bytes.length === 0 ? '' : `: ${shown}`}]`)
}

function bytesOf(value: ArrayBuffer | ArrayBufferView): Buffer | undefined {
  try {
    return ArrayBuffer.isView(value) ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : Buffer.from(value)
  } catch (thrown) {
    // a DataView or Buffer whose memory was transferred away has no bytes to tell about
    if (thrown instanceof TypeError || thrown instanceof RangeError) return undefined
    throw thrown
  }
}

function holdsSecret(walker: Walk, bytes: Buffer): boolean {
  if (walker.scrub === undefined) return false
  const text = bytes.subarray(0, MAX_SCRUBBED_BYTES).toString('latin1')
  return walker.scrub.hidesIn(text)
}

function encodeBoxed(walker: Walk, value: object, depth: number): string {
  if (types.isStringObject(value)) return walker.text(String.prototype.valueOf.call(value))
  if (types.isNumberObject(value)) return walker.value(Number.prototype.valueOf.call(value), depth)
  if (types.isBooleanObject(value)) return walker.value(Boolean.prototype.valueOf.call(value), depth)
  if (types.isBigIntObject(value)) return walker.value(BigInt.prototype.valueOf.call(value), depth)
  return walker.value(Symbol.prototype.valueOf.call(value), depth)
}
