import { LEVELS, type LevelName } from '@holdfast/api'
import type { AdapterOptions } from '@holdfast/core'

/** What an entry is called in Event Viewer; each has its own icon. */
export type EventType = 'information' | 'warning' | 'error'

/** How events become entries of the Windows Event Log. All of it is optional. */
export interface EventlogOptions extends AdapterOptions {
  /**
   * Name of the source that the entries stand under. `npx @holdfast/eventlog register NAME` makes it known to Event Viewer. Give it
   * when several services share one writer. @default the service of the first event
   */
  readonly source?: string
  /** Event ids by level, 0 to 65535; what is left out keeps its default. @default 1000 up to `info`, 2000, 3000 and 4000 for `warning`, `error` and `critical` */
  readonly eventIds?: Readonly<Partial<Record<LevelName, number>>>
  /** Types by level; what is left out keeps its default. @default `information` up to `info`, then `warning`, `error`, `error` */
  readonly eventTypes?: Readonly<Partial<Record<LevelName, EventType>>>
  /** Category number, which Event Viewer shows as it is: the shipped registration has no names for categories. @default 0 */
  readonly category?: number
  /**
   * What the first string says, which is what Event Viewer shows in front. `message`: the message alone. `full`: the message and all
   * other strings, a line each; the entry takes twice the room, so that less of a long event fits. @default `message`
   */
  readonly description?: 'message' | 'full'
  /**
   * What happens where there is no Event Log. `require`: `init` fails and says so. `skip`: nothing reaches this adapter there, and its
   * events count as filtered, so that one configuration serves every system. @default `require`
   */
  readonly platform?: 'require' | 'skip'
}

/** Options after defaults. */
export interface EventlogSettings {
  readonly name: string
  /** `undefined`: the service of the first event. */
  readonly source: string | undefined
  readonly eventIds: Readonly<Record<LevelName, number>>
  readonly eventTypes: Readonly<Record<LevelName, EventType>>
  readonly category: number
  readonly description: 'message' | 'full'
}

const EVENT_IDS: EventlogSettings['eventIds'] = {
  trace: 1000,
  debug: 1000,
  info: 1000,
  warning: 2000,
  error: 3000,
  critical: 4000,
}

const EVENT_TYPES: EventlogSettings['eventTypes'] = {
  trace: 'information',
  debug: 'information',
  info: 'information',
  warning: 'warning',
  error: 'error',
  critical: 'error',
}

/** Completes options that have been checked. */
export function eventlogSettings(options: EventlogOptions): EventlogSettings {
  return {
    name: options.name ?? 'eventlog',
    source: options.source,
    eventIds: complete(EVENT_IDS, options.eventIds),
    eventTypes: complete(EVENT_TYPES, options.eventTypes),
    category: options.category ?? 0,
    description: options.description ?? 'message',
  }
}

/** One by one: an entry that is there but `undefined` must not hide a default. */
function complete<T>(defaults: Readonly<Record<LevelName, T>>, given: Readonly<Partial<Record<LevelName, T>>> = {}) {
  const levels = Object.keys(LEVELS) as LevelName[]
  return Object.fromEntries(levels.map((level) => [level, given[level] ?? defaults[level]])) as Record<LevelName, T>
}
