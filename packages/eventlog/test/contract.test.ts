import type { AdapterRecipe } from '@holdfast/api'
import { EventlogAdapter, eventlogAdapter, eventlogSettings } from '@holdfast/eventlog'
import { describeAdapter, hasFirstWord } from '@holdfast/testkit'
import { RecordingWindows } from './recording-windows.js'

const LOG_FILE_FULL = 1502
const rooms = new Map<string, RecordingWindows>()

function windowsOf(dir: string): RecordingWindows {
  const windows = rooms.get(dir) ?? new RecordingWindows()
  rooms.set(dir, windows)
  return windows
}

function recipeIn(dir: string): AdapterRecipe {
  const recipe = eventlogAdapter({ source: 'contract' })
  return { ...recipe, create: () => new EventlogAdapter(eventlogSettings({ source: 'contract' }), windowsOf(dir)) }
}

describeAdapter({
  name: 'eventlog with a stand-in for Windows',
  recipe: recipeIn,
  readBack: (dir) => windowsOf(dir).entries.map(({ strings }) => strings[0] ?? ''),
  matches: hasFirstWord,
  tearDown: (dir) => {
    rooms.delete(dir)
  },
  breakIt: (dir) => {
    const windows = windowsOf(dir)
    windows.broken = LOG_FILE_FULL
    return () => {
      windows.broken = undefined
    }
  },
  factory: eventlogAdapter,
  badOptions: {
    source: 'a\\b',
    eventIds: { info: 65_536 },
    eventTypes: { info: 'audit' },
    category: -1,
    description: 'long',
    platform: 'linux',
  },
})
