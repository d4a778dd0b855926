import { types } from 'node:util'
import { ALL } from './characters.js'
import { cutText } from './cut.js'
import { MARK_KEY } from './key-table.js'
import { quote } from './quote.js'
import { readStack } from './stack.js'
import type { Bag, Walk } from './walk.js'

/** Properties with a place of their own in the shape. */
const KNOWN: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'code', 'cause', 'errors'])
const MAX_OWN_KEYS = 1000
/** What a stack leaves for the rest of its error. */
const STACK_RESERVE_BYTES = 512
const MIN_TEXT_CHARS = 64

/** Also errors of other realms, and objects that inherit from Error. Asked for the fields of every call: plain objects are told at once. */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false
  try {
    return Object.getPrototypeOf(value) !== Object.prototype && (types.isNativeError(value) || value instanceof Error)
  } catch {
    // a proxy that cannot even be asked is no error; the walk meets it next, and reports it
    return false
  }
}

/**
 * `{type, message, code?, stack?, cause?, errors?, extra?}`: an error, or an object that was thrown as one. Each property is read once;
 * whatever the error carries beside the known ones is in `extra`.
 */
export function encodeError(walker: Walk, error: object, depth: number): string {
  const message = textOf(walker, read(walker, error, 'message'))
  let json = `{"type":${walker.text(typeName(walker, error))},"message":${walker.text(message, messageRoom(walker))}`
  const rest: Record<string, unknown> = Object.create(null)

  const code = read(walker, error, 'code')
  if (typeof code === 'string' || typeof code === 'number') json += `,"code":${walker.value(code, depth + 1)}`
  else if (code !== undefined) rest['code'] = code

  const stack = read(walker, error, 'stack')
  if (typeof stack === 'string' && stack !== '') json += encodeStack(walker, stack)

  const cause = read(walker, error, 'cause')
  // libraries older than ES2022 have a method of this name
  const causeJson = cause === undefined || typeof cause === 'function' ? '' : encodeCause(walker, cause, depth)
  if (causeJson !== '') json += `,"cause":${causeJson}`

  const errors = read(walker, error, 'errors')
  if (Array.isArray(errors)) json += `,"errors":${encodeErrors(walker, errors, depth)}`
  else if (errors !== undefined) rest['errors'] = errors

  copyOwn(walker, error, rest)
  if (Object.keys(rest).length === 0) return `${json}}`
  const extra = walker.entries(rest, depth + 1)
  return `${json},"extra":${extra.startsWith('{') ? extra : `{"${MARK_KEY}":${extra}}`}}`
}

/** Anything that was thrown or passed as an error, in the shape of one. */
export function encodeThrown(walker: Walk, thrown: unknown): string {
  if ((typeof thrown === 'object' && thrown !== null) || typeof thrown === 'function') {
    const json = walker.guarded(thrown, 0, encodeError)
    // what could not be read at all is a text
    return json.startsWith('{') ? json : `{"type":"Error","message":${json}}`
  }
  const type = thrown === null ? 'null' : typeof thrown
  return `{"type":"${type}","message":${walker.text(String(thrown), walker.limits.messageMaxChars)}}`
}

function read(walker: Walk, error: object, key: string): unknown {
  return walker.attempt('getter', () => (error as Bag)[key])
}

/** The name that the error gives itself, or that of its class when it left the inherited `Error`. */
function typeName(walker: Walk, error: object): string {
  const name = read(walker, error, 'name')
  if (typeof name === 'string' && name !== '' && name !== 'Error') return name
  const className = walker.attempt('getter', () => (error as { constructor?: { name?: unknown } }).constructor?.name)
  if (typeof className === 'string' && className !== '') return className
  return typeof name === 'string' && name !== '' ? name : 'Error'
}

/** Less than `messageMaxChars` when the room is nearly spent, as by the causes before. */
function messageRoom(walker: Walk): number {
  return Math.min(walker.limits.messageMaxChars, Math.max(MIN_TEXT_CHARS, Math.floor(walker.left / 3)))
}

function textOf(walker: Walk, value: unknown): string {
  if (typeof value === 'string') return value
  if (value === undefined) return ''
  // the own text of an object may be endless, its JSON is bounded
  const json = walker.value(value, 1)
  return json.startsWith('"') ? (JSON.parse(json) as string) : json
}

/** `,"stack":"…"`, or nothing when the room is spent. */
function encodeStack(walker: Walk, stack: string): string {
  const { messageMaxChars, stackMaxChars, stackMaxFrames } = walker.limits
  const { head, frames, framesRemoved } = readStack(stack, stackMaxFrames)
  const whole = walker.clean(head, messageMaxChars) + walker.clean(frames, stackMaxChars, true)
  const text = whole.length > stackMaxChars ? cutText(whole, stackMaxChars) : whole
  const room = walker.left - STACK_RESERVE_BYTES
  const json = fit(text, room)
  if (framesRemoved > 0 || text !== whole || json.length < text.length)
    walker.report.stackCut(Math.max(0, framesRemoved), stackMaxFrames)
  if (json === '') return ''
  walker.left -= byteLength(json) + 9
  return `,"stack":${json}`
}

/** The text as JSON, cut in proportion when it takes more than `room` bytes; `''` when too little of it would be left to be of use. */
function fit(text: string, room: number): string {
  const json = quote(text, ALL)
  const bytes = byteLength(json)
  if (bytes <= room) return json
  const chars = Math.floor((text.length * room) / bytes) - MIN_TEXT_CHARS
  const cut = chars < MIN_TEXT_CHARS ? '' : quote(cutText(text, chars), ALL)
  return byteLength(cut) <= room ? cut : ''
}

function byteLength(text: string): number {
  return Buffer.byteLength(text)
}

function encodeCause(walker: Walk, cause: unknown, depth: number): string {
  if (walker.causesLeft <= 0 || walker.left <= 0) return walker.raw('"[more causes]"')
  walker.causesLeft--
  // an error below an error is no deeper nesting: the count of causes bounds it
  return walker.value(cause, depth)
}

function encodeErrors(walker: Walk, errors: readonly unknown[], depth: number): string {
  let out = ''
  let i = 0
  for (; i < errors.length && walker.causesLeft > 0 && walker.left > 0; i++) {
    const item = walker.attempt('getter', () => errors[i])
    out += (i === 0 ? '' : ',') + (encodeCause(walker, item, depth) || walker.raw('null'))
  }
  return i === errors.length ? `[${out}]` : `[${out}${walker.moreItems(errors.length - i, i)}]`
}

function copyOwn(walker: Walk, error: object, into: Record<string, unknown>): void {
  let count = 0
  for (const key in error) {
    if (KNOWN.has(key) || !Object.hasOwn(error, key)) continue
    if (++count > MAX_OWN_KEYS) break
    const value = read(walker, error, key)
    // the shape of an error is ours: its toJSON, which would leave out the stack, is not asked
    if (key !== 'toJSON' || typeof value !== 'function') into[key] = value
  }
}
