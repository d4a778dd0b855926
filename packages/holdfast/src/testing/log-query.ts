import { types } from 'node:util'
import { type EventError, type Level, type LogEvent, levelName, levelValue } from '@holdfast/api'
import { findMismatch, matchesText } from './mismatch.js'

/** What a record must be like: all members that are given have to match. Texts match as a whole, regular expressions anywhere in a text. */
export interface LogPattern {
  readonly level?: Level
  readonly logger?: string | RegExp
  readonly message?: string | RegExp
  /** Message of the error, or members of it. */
  readonly error?: string | RegExp | { readonly [Key in keyof EventError]?: unknown }
  /** Members that the record's fields must have; `undefined` means that a field must be absent. */
  readonly extra?: object
  /** Members of the context, as the record spells them: `request_id`. */
  readonly context?: object
  readonly trace_id?: string | RegExp
  readonly span_id?: string | RegExp
}

/** Which records are meant: by message, by several members, or by a function. */
export type LogQuery = string | RegExp | LogPattern | ((record: LogEvent) => boolean)

/** Why a record is not the one that is meant, as `extra.items is 3, expected 4`; one text for each member that differs. */
export function mismatchesOf(record: LogEvent, query: LogQuery): readonly string[] {
  if (typeof query === 'function') return query(record) ? [] : ['the function says no']
  if (typeof query === 'string' || types.isRegExp(query)) return texts(findMismatch(record.message, query, 'message'))
  return Object.entries(query).flatMap(([key, expected]) => texts(memberMismatch(record, key, expected)))
}

/** Whether a record is meant. */
export function isMatch(record: LogEvent, query: LogQuery): boolean {
  return mismatchesOf(record, query).length === 0
}

function memberMismatch(record: LogEvent, key: string, expected: unknown): string | undefined {
  if (key === 'level') return levelMismatch(record, expected)
  if (key === 'error' && (typeof expected === 'string' || types.isRegExp(expected))) {
    const message = record.error?.message
    return message !== undefined && matchesText(message, expected) ? undefined : findMismatch(message, expected, 'error.message')
  }
  return findMismatch(Reflect.get(record, key), expected, key)
}

function levelMismatch(record: LogEvent, expected: unknown): string | undefined {
  const value = levelValue(expected)
  if (value === undefined) throw new TypeError(`Expected \`level\` to be a level name, got \`${String(expected)}\`.`)
  return value === record.level_value ? undefined : `level is ${levelName(record.level_value)}, expected ${levelName(value)}`
}

function texts(mismatch: string | undefined): readonly string[] {
  return mismatch === undefined ? [] : [mismatch]
}
