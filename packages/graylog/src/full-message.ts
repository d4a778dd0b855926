import type { EventError, JsonValue } from '@holdfast/api'
import type { ContextlessEvent } from './context-memo.js'

/** The text of `full_message`: the stack of the event's error with those of its causes and members. Empty without an error. */
export function fullMessage({ message, error }: ContextlessEvent): string {
  if (error === undefined) return ''
  const text = errorText(error)
  return message === '' || text.includes(message) ? text : `${message}\n${text}`
}

function errorText(error: EventError): string {
  const head = error.stack ?? `${error.type}: ${error.message}`
  const members = (error.errors ?? []).map((member, index) => `\n${indented(`[${index + 1}] ${causeText(member)}`)}`)
  const cause = error.cause === undefined ? '' : `\nCaused by: ${causeText(error.cause)}`
  return head + members.join('') + cause
}

function causeText(cause: EventError | JsonValue): string {
  if (!isError(cause)) return typeof cause === 'string' ? cause : JSON.stringify(cause)
  const { code, extra } = cause
  const more = { ...(code === undefined ? undefined : { code }), ...extra }
  const details = Object.keys(more).length === 0 ? '' : `\n    ${JSON.stringify(more)}`
  return errorText(cause) + details
}

function isError(value: EventError | JsonValue): value is EventError {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'message' in value &&
    typeof value.message === 'string'
  )
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n  ').replace(/^/, '  ')
}
