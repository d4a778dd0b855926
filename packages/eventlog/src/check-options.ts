import type { LevelName } from '@holdfast/api'
import { type AdapterOptions, type Checks, check, type OptionRules } from '@holdfast/core'
import type { EventlogOptions, EventType } from './options.js'
import { isSourceName, SOURCE_NAME } from './source-name.js'

const EVENT_ID = check.integer(0, 65_535)
const EVENT_TYPE = check.oneOf('information', 'warning', 'error')

const EVENTLOG_CHECKS: Checks<Omit<EventlogOptions, keyof AdapterOptions>> = {
  source: check.custom(SOURCE_NAME, isSourceName),
  eventIds: check.object<Partial<Record<LevelName, number>>>({
    trace: EVENT_ID,
    debug: EVENT_ID,
    info: EVENT_ID,
    warning: EVENT_ID,
    error: EVENT_ID,
    critical: EVENT_ID,
  }),
  eventTypes: check.object<Partial<Record<LevelName, EventType>>>({
    trace: EVENT_TYPE,
    debug: EVENT_TYPE,
    info: EVENT_TYPE,
    warning: EVENT_TYPE,
    error: EVENT_TYPE,
    critical: EVENT_TYPE,
  }),
  category: check.integer(0, 65_535),
  description: check.oneOf('message', 'full'),
  platform: check.oneOf('require', 'skip'),
}

/** What the options of the Event Log adapter have to be. */
export const EVENTLOG_RULES: OptionRules<EventlogOptions> = { name: 'eventlog', options: EVENTLOG_CHECKS }
