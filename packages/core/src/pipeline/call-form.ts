import { isError } from '../encode/error-shape.js'

/** The arguments of a log call sorted out. One object is used again and again: a call allocates nothing here. */
export interface CallForm {
  message: unknown
  fields: object | undefined
  hasError: boolean
  error: unknown
  /** Arguments with no place of their own; kept in `extra.args`. */
  surplus: readonly unknown[] | undefined
}

export function emptyCallForm(): CallForm {
  return { message: '', fields: undefined, hasError: false, error: undefined, surplus: undefined }
}

/**
 * Sorts the arguments of a call: `(message, fields?)`, `(message, error, fields?)`, `(error, message?, fields?)`, `(fields, message?)`.
 * What fits nowhere is kept as surplus. May run a fields function of the caller.
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
    form.fields = evaluate(second)
    keep(form, third)
  } else if (isFields(third)) {
    // (message, error, fields) where what was thrown is no Error, or nothing
    if (second !== undefined && second !== null) setError(form, second)
    form.fields = evaluate(third)
  } else {
    keep(form, third)
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
  takeFields(form, second)
  if (form.fields === undefined) takeFields(form, third)
  else keep(form, third)
}

function afterFields(form: CallForm, fields: object, second: unknown, third: unknown): void {
  form.fields = evaluate(fields)
  keep(form, third)
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

function takeFields(form: CallForm, value: unknown): void {
  if (isFields(value)) form.fields = evaluate(value)
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
  if (typeof value !== 'object' || value === null) return false
  return !(
    Array.isArray(value) ||
    ArrayBuffer.isView(value) ||
    value instanceof Map ||
    value instanceof Set ||
    value instanceof Date
  )
}

function evaluate(fields: object): object | undefined {
  if (typeof fields !== 'function') return fields
  const made: unknown = fields()
  return typeof made === 'object' && made !== null ? made : { value: made }
}

function messageOf(error: unknown): unknown {
  try {
    return (error as { readonly message?: unknown }).message ?? ''
  } catch {
    return ''
  }
}

/** `(fields)` alone: pino's users put the text under `msg`, or the error under `err`. */
function fieldMessage(fields: object | undefined): unknown {
  try {
    const { msg, err } = (fields ?? {}) as { readonly msg?: unknown; readonly err?: unknown }
    if (typeof msg === 'string') return msg
    return isError(err) ? messageOf(err) : ''
  } catch {
    return ''
  }
}
