import { types } from 'node:util'
import { isError } from '../encode/error-shape.js'
import { thrownText } from '../encode/thrown.js'

/** The arguments of a log call sorted out. One object is used again and again: a call allocates nothing here. */
export interface CallForm {
  message: unknown
  fields: object | undefined
  hasError: boolean
  error: unknown
  /** Arguments with no place of their own; kept in `extra.args`. */
  surplus: readonly unknown[] | undefined
  /** The function that should have made the fields threw; they say what. */
  hasFailedFields: boolean
}

export function emptyCallForm(): CallForm {
  return { message: '', fields: undefined, hasError: false, error: undefined, surplus: undefined, hasFailedFields: false }
}

/**
 * Sorts the arguments of a call: `(message, fields?)`, `(message, error, fields?)`, `(error, message?, fields?)`, `(fields, message?)`.
 * What fits nowhere is kept as surplus. May run a fields function of the caller. Never throws: what cannot be asked what it is counts as fields,
 * where the encoder says so.
 */
export function sortCall(
  form: CallForm,
  first: unknown,
  second: unknown,
  third: unknown,
  rest: readonly unknown[] | undefined,
): void {
  form.message = first
  form.fields = undefined
  form.hasError = false
  form.error = undefined
  form.surplus = rest
  form.hasFailedFields = false
  if (typeof first === 'string') {
    if (second === undefined && third === undefined) return
    // most calls: a plain object of fields, told by one look
    if (third === undefined && typeof second === 'object' && second !== null && isPlain(second)) form.fields = second
    else afterMessage(form, second, third)
  } else if (isError(first)) afterError(form, first, second, third)
  else if (isFields(first)) afterFields(form, first, second, third)
  else afterMessage(form, second, third)
}

function afterMessage(form: CallForm, second: unknown, third: unknown): void {
  if (isError(second)) {
    setError(form, second)
    takeFields(form, third)
  } else if (isFields(second)) {
    takeError(form, third)
    form.fields = evaluate(form, second)
  } else if (isFields(third)) {
    // (message, error, fields) where what was thrown is no Error, or nothing
    if (second !== undefined && second !== null) setError(form, second)
    form.fields = evaluate(form, third)
  } else {
    takeError(form, third)
    keep(form, second)
  }
}

function afterError(form: CallForm, error: unknown, second: unknown, third: unknown): void {
  setError(form, error)
  if (typeof second === 'string') {
    form.message = second
    takeFields(form, third)
    return
  }
  form.message = messageOf(error)
  if (isFields(second)) {
    keep(form, third)
    form.fields = evaluate(form, second)
  } else {
    takeFields(form, third)
    keep(form, second)
  }
}

function afterFields(form: CallForm, fields: object, second: unknown, third: unknown): void {
  takeError(form, third)
  form.fields = evaluate(form, fields)
  if (typeof second === 'string') form.message = second
  else {
    form.message = fieldMessage(form.fields)
    keep(form, second)
  }
}

function setError(form: CallForm, error: unknown): void {
  form.hasError = true
  form.error = error
}

/** An Error is the error of the event wherever it stands, as in `(message, id, error)`. */
function takeError(form: CallForm, value: unknown): void {
  if (isError(value)) setError(form, value)
  else keep(form, value)
}

function takeFields(form: CallForm, value: unknown): void {
  if (isFields(value)) form.fields = evaluate(form, value)
  else keep(form, value)
}

/** Surplus arguments stay in their order: later ones are kept before earlier ones are put in front. */
function keep(form: CallForm, value: unknown): void {
  if (value !== undefined) form.surplus = [value, ...(form.surplus ?? [])]
}

function isPlain(value: object): boolean {
  try {
    return Object.getPrototypeOf(value) === Object.prototype
  } catch {
    // a revoked proxy: the encoder says so in its place
    return false
  }
}

/** Objects that are structured fields rather than a single value. A function is one that makes them. */
function isFields(value: unknown): value is object {
  if (typeof value === 'function') return true
  if (typeof value !== 'object' || value === null || isError(value)) return false
  return !(
    isArray(value) ||
    ArrayBuffer.isView(value) ||
    types.isMap(value) ||
    types.isSet(value) ||
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isPromise(value) ||
    isUrl(value)
  )
}

function isUrl(value: object): boolean {
  try {
    return value instanceof URL
  } catch {
    // as in isArray
    return false
  }
}

function isArray(value: object): boolean {
  try {
    return Array.isArray(value)
  } catch {
    // a revoked proxy, as in isPlain
    return false
  }
}

/** A function that throws costs its fields, not the event; an Error that it returns is the event's. */
function evaluate(form: CallForm, fields: object): object | undefined {
  if (typeof fields !== 'function') return fields
  try {
    const made: unknown = fields()
    if (made === undefined || made === null) return undefined
    if (isError(made)) return { err: made }
    return isFields(made) && typeof made !== 'function' ? made : { value: made }
  } catch (thrown) {
    form.hasFailedFields = true
    return { value: thrownText(thrown) }
  }
}

function messageOf(error: unknown): unknown {
  try {
    return (error as { readonly message?: unknown }).message ?? ''
  } catch {
    return ''
  }
}

/** `(fields)` alone: pino's users put the text under `msg`, those of winston and Nest under `message`, or the error under `err`. */
function fieldMessage(fields: object | undefined): unknown {
  try {
    const { msg, message, err, error } = (fields ?? {}) as { readonly [key: string]: unknown }
    if (typeof msg === 'string') return msg
    if (typeof message === 'string') return message
    if (isError(err)) return messageOf(err)
    return isError(error) ? messageOf(error) : ''
  } catch {
    return ''
  }
}
