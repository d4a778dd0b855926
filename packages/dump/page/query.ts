import { levelLook } from './levels.js'
import type { Row } from './rows.js'
import { isFound, readSearch } from './search.js'

/** One value that events have to have: `context.job_id` is `batch-742`. */
export interface Facet {
  readonly path: readonly string[]
  readonly value: unknown
}

/** A column to sort by. */
export type SortKey = 'time' | 'level' | 'logger' | 'message'

/** What the reader asks for. */
export interface Query {
  readonly text: string
  /** Names of levels that are not shown. */
  readonly hidden: ReadonlySet<string>
  /** Milliseconds since 1970, both included. */
  readonly from: number
  readonly to: number
  readonly facets: readonly Facet[]
  readonly sort: SortKey
  readonly isDescending: boolean
}

/** The question that everything answers. */
export const EVERYTHING: Query = {
  text: '',
  hidden: new Set(),
  from: Number.NEGATIVE_INFINITY,
  to: Number.POSITIVE_INFINITY,
  facets: [],
  sort: 'time',
  isDescending: false,
}

/** What a query finds. */
export interface Found {
  /** Rows in the order in which they are shown. */
  readonly rows: readonly Row[]
  /** Rows that only the time range may keep out: what the timeline shows. */
  readonly atAnyTime: readonly Row[]
  /** Rows that only their level may keep out, by level. */
  readonly byLevel: ReadonlyMap<string, number>
}

/** Answers a query. */
export function find(all: readonly Row[], query: Query): Found {
  const search = readSearch(query.text)
  const byLevel = new Map<string, number>()
  const atAnyTime: Row[] = []
  const rows: Row[] = []
  for (const row of all) {
    if (!query.facets.every((facet) => hasFacet(row, facet)) || !isFound(row, search)) continue
    const { name } = levelLook(row.level)
    const isShown = !query.hidden.has(name)
    // what has no time is in every range
    const isInTime = !(row.time < query.from || row.time > query.to)
    if (isInTime) byLevel.set(name, (byLevel.get(name) ?? 0) + 1)
    if (isShown) atAnyTime.push(row)
    if (isShown && isInTime) rows.push(row)
  }
  return { rows: sorted(rows, query), atAnyTime, byLevel }
}

function hasFacet(row: Row, { path, value }: Facet): boolean {
  return valueAt(row, path) === value
}

/** The value at the path of a facet. */
function valueAt(row: Row, path: readonly string[]): unknown {
  let value: unknown = row.event
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = Reflect.get(value, key)
  }
  return value
}

function sorted(rows: Row[], { sort, isDescending }: Query): readonly Row[] {
  const order = ORDERS[sort]
  // rows of equal rank stay in the order of the dump, in both directions
  return isDescending
    ? rows.sort((a, b) => order(b, a) || a.index - b.index)
    : rows.sort((a, b) => order(a, b) || a.index - b.index)
}

const ORDERS: Readonly<Record<SortKey, (a: Row, b: Row) => number>> = {
  time: (a, b) => byTime(a, b),
  level: (a, b) => a.level - b.level,
  logger: (a, b) => byText(a.event.logger, b.event.logger),
  message: (a, b) => byText(a.event.message, b.event.message),
}

/** Timestamps of one form compare as texts, with their microseconds; what has none comes where it stood. */
function byTime(a: Row, b: Row): number {
  if (Number.isNaN(a.time) || Number.isNaN(b.time)) return a.index - b.index
  return a.time - b.time || byText(a.event.timestamp, b.event.timestamp)
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
