import type { EventError, JsonValue, LogEvent } from '@holdfast/api'
import { escapeText } from './escape-text.js'
import { entriesOf, fieldSpans, isErrorShaped, valueText } from './fields.js'
import type { Role, Span } from './span.js'

/** Spaces before every line of a block: no line of it can pass for the start of an event. */
const INDENT = '    '
/** Causes and members further down than this are named, not shown. The encoder allows fewer. */
const MAX_DEPTH = 16

/**
 * The error of an event, and the errors among its fields, below its line: message, stack, causes and members of an AggregateError.
 * Every line starts with a real line break and an indent, so that no error text can pass for another event.
 */
export function errorBlock(event: LogEvent): readonly Span[] {
  const own = event.error === undefined ? [] : errorLines(event.error, { indent: INDENT, label: '', above: [], depth: 0 })
  const others = entriesOf(event.extra).flatMap(([key, value]) =>
    isErrorShaped(value) && value.stack !== undefined
      ? errorLines(value, { indent: INDENT, label: `${escapeText(key)}: `, above: [], depth: 0 })
      : [],
  )
  return [...own, ...others].flatMap((line): readonly Span[] => [{ role: 'plain', text: `\n${line.indent}` }, ...line.spans])
}

interface Line {
  readonly indent: string
  readonly spans: readonly Span[]
}

/** Where in the tree of causes and members an error stands. */
interface Place {
  readonly indent: string
  /** What stands before its type: nothing, `caused by`, its number. */
  readonly label: string
  /** Frames of the error that this one is below of; those in common are not repeated. */
  readonly above: readonly string[]
  readonly depth: number
}

function errorLines(error: EventError, place: Place): readonly Line[] {
  const frames = framesOf(error)
  const shared = sharedFrames(frames, place.above)
  const { indent } = place
  const lines: Line[] = [...headLines(error, place)]
  for (const frame of frames.slice(0, frames.length - shared)) lines.push({ indent: indent + INDENT, spans: frameSpans(frame) })
  if (shared > 0) lines.push({ indent: indent + INDENT, spans: span('noise', `… ${shared} frames as above`) })

  const below = { above: frames, depth: place.depth + 1 }
  for (const [index, member] of (error.errors ?? []).entries()) {
    lines.push(...nestedLines(member, { ...below, indent: indent + INDENT, label: `[${index + 1}] ` }))
  }
  if (error.cause !== undefined) lines.push(...nestedLines(error.cause, { ...below, indent, label: 'caused by ' }))
  return lines
}

function nestedLines(value: EventError | JsonValue, place: Place): readonly Line[] {
  if (isErrorShaped(value) && place.depth <= MAX_DEPTH) return errorLines(value, place)
  return [{ indent: place.indent, spans: [...span('noise', place.label), ...span('value', valueText(value))] }]
}

/** `Type: message key=value`, with the further lines of the message indented below. */
function headLines(error: EventError, { indent, label }: Place): readonly Line[] {
  const [first = '', ...rest] = error.message.split('\n')
  const properties = [...(error.code === undefined ? [] : [['code', error.code] as const]), ...entriesOf(error.extra)]
  const head: readonly Span[] = [
    ...span('noise', label),
    ...span('error', escapeText(error.type)),
    ...(error.message === '' ? [] : span('plain', `: ${escapeText(first)}`)),
    ...fieldSpans(properties),
  ]
  return [
    { indent, spans: head },
    ...rest.map((line): Line => ({ indent: `${indent}  `, spans: span('plain', escapeText(line)) })),
  ]
}

/** The frames of a stack, without the type and message that it starts with. */
function framesOf({ stack, type, message }: EventError): readonly string[] {
  if (stack === undefined) return []
  const lines = stack.slice(headLength(stack, type, message)).split('\n')
  return lines.map((line) => line.trim()).filter((line) => line !== '')
}

/** The head of a stack may carry more than type and message, as the code in `TypeError [ERR_X]: …`. */
function headLength(stack: string, type: string, message: string): number {
  const plain = message === '' ? type : `${type}: ${message}`
  if (stack.startsWith(plain)) return plain.length
  const at = message === '' ? -1 : stack.indexOf(message)
  if (at !== -1) return at + message.length
  const firstFrame = stack.search(FRAME_LINE)
  if (firstFrame !== -1) return firstFrame
  const lineEnd = stack.indexOf('\n')
  return lineEnd === -1 ? stack.length : lineEnd
}

const FRAME_LINE = /^\s+at /m

/** How many frames at the end are the same as those above; one alone is as short as the note that replaces it. */
function sharedFrames(frames: readonly string[], above: readonly string[]): number {
  let shared = 0
  while (shared < frames.length && frames.at(-1 - shared) === above.at(-1 - shared)) shared++
  return shared > 1 ? shared : 0
}

const FOREIGN = /\bnode:|\/node_modules\/|\\node_modules\\|<anonymous>|^(?!at )/

/** Frames of the application stand out from those of Node and of packages. */
function frameSpans(frame: string): readonly Span[] {
  const text = escapeText(frame)
  return FOREIGN.test(frame) ? span('noise', text) : [...span('noise', 'at '), ...span('frame', text.slice(3))]
}

function span(role: Role, text: string): readonly Span[] {
  return text === '' ? [] : [{ role, text }]
}
