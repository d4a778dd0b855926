import { type LogEvent, levelValue } from '@holdfast/api'
import type { FieldFilters, SelectOptions } from '../options.js'
import { contextField } from './context-fields.js'
import { eventOf } from './event-of.js'
import { hasPattern, type ValueTest, valueTest } from './field-match.js'
import { momentOf } from './moment.js'
import type { Row } from './row.js'

/** Whether a row belongs to the dump. */
export interface RowTest {
  /** By what the record itself says: level and time. */
  readonly isInRange: (row: Row) => boolean
  /** By what its event says; `undefined` when nothing was asked. */
  readonly hasFields: ((row: Row) => boolean) | undefined
  /** Whether `hasFields` runs patterns, and so has to be bounded. */
  readonly hasPatterns: boolean
}

/**
 * Makes the test for options that were checked. What cannot be read cannot be judged: such a row stays, because a dump that shows too much is
 * better than one that hides a fault.
 */
export function rowTest({ level, since, until, logger, message, filters = {} }: SelectOptions): RowTest {
  const minimum = levelValue(level) ?? 0
  const from = momentOf(since) ?? Number.NEGATIVE_INFINITY
  const to = momentOf(until) ?? Number.POSITIVE_INFINITY
  const tests: EventTest[] = []
  if (logger !== undefined) {
    const test = typeof logger === 'string' ? belowLogger(logger) : valueTest(logger)
    tests.push((event) => test(event.logger))
  }
  if (message !== undefined) {
    const test = valueTest(typeof message === 'string' ? { icontains: message } : message)
    tests.push((event) => test(event.message))
  }
  tests.push(...contextTests(filters.context))
  tests.push(...ownTests(filters.contextExtra, (event) => event.context.extra))
  tests.push(...ownTests(filters.extra, (event) => event.extra))

  const all = [filters.context, filters.contextExtra, filters.extra].flatMap((group) => Object.values(group ?? {}))
  const texts = [logger, message].filter((filter) => typeof filter !== 'string')
  return {
    isInRange: (row) =>
      (row.level === undefined || row.level >= minimum) && (row.time === undefined || (row.time >= from && row.time < to)),
    hasFields: tests.length === 0 ? undefined : (row) => matches(row, tests),
    hasPatterns: [...all, ...texts].some(hasPattern),
  }
}

type EventTest = (event: LogEvent) => boolean

function matches(row: Row, tests: readonly EventTest[]): boolean {
  const { event, isUnreadable } = eventOf(row)
  return isUnreadable || tests.every((test) => test(event))
}

function belowLogger(name: string): ValueTest {
  return (value) => value === name || (typeof value === 'string' && value.startsWith(`${name}.`))
}

function contextTests(filters: FieldFilters = {}): readonly EventTest[] {
  return Object.entries(filters).flatMap(([name, filter]) => {
    const read = contextField(name)
    const test = valueTest(filter)
    return read === undefined ? [] : [(event: LogEvent) => test(read(event))]
  })
}

type ReadFields = (event: LogEvent) => unknown

function ownTests(filters: FieldFilters | undefined, fieldsOf: ReadFields): readonly EventTest[] {
  return Object.entries(filters ?? {}).map(([name, filter]) => {
    const test = valueTest(filter)
    return (event) => test(fieldNamed(fieldsOf(event), name))
  })
}

/** The own key `a.b`, or else `b` within `a`, to any depth. */
function fieldNamed(fields: unknown, name: string): unknown {
  if (typeof fields !== 'object' || fields === null) return undefined
  if (Object.hasOwn(fields, name)) return Reflect.get(fields, name)
  for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
    const parent = name.slice(0, dot)
    if (Object.hasOwn(fields, parent)) return fieldNamed(Reflect.get(fields, parent), name.slice(dot + 1))
  }
  return undefined
}
