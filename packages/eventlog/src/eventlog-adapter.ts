import type { AdapterRecipe } from '@holdfast/api'
import { defineAdapter } from '@holdfast/core'
import { EventlogAdapter } from './adapter.js'
import { EVENTLOG_RULES } from './check-options.js'
import { fromEnvironment } from './environment.js'
import { loadWindows } from './ffi.js'
import { type EventlogOptions, eventlogSettings } from './options.js'
import { skippingAdapter } from './skipping-adapter.js'

const recipe = defineAdapter<EventlogOptions>({
  ...EVENTLOG_RULES,
  module: import.meta.url,
  place: 'writer',
  create: (options) => {
    if (isSkipped(options)) return skippingAdapter(options.name)
    return new EventlogAdapter(eventlogSettings(options), loadWindows())
  },
  fromEnvironment,
})

/**
 * Writes events to the Windows Event Log. Nothing is opened before the first event; what is missing for good (another system, no
 * `koffi`) is told when the runtime starts.
 *
 * @example
 * eventlogAdapter({ source: 'video-encoder', level: 'warning' })
 * eventlogAdapter({ platform: 'skip' }) // one configuration for every system
 */
export function eventlogAdapter(options: EventlogOptions = {}): AdapterRecipe {
  return silenced(recipe(options))
}

/** Where there is no Event Log the lane is off: events count as filtered and not as delivered, and cost next to nothing. */
function silenced(made: AdapterRecipe): AdapterRecipe {
  if (!isSkipped(made.options as EventlogOptions)) return made
  const { applyEnvironment } = made
  return {
    ...made,
    lane: { ...made.lane, level: 'off' },
    ...(applyEnvironment === undefined ? undefined : { applyEnvironment: (read) => silenced(applyEnvironment(read)) }),
  }
}

function isSkipped({ platform }: EventlogOptions): boolean {
  return platform === 'skip' && process.platform !== 'win32'
}
