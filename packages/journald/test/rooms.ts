import type { Clock } from '@holdfast/core'
import { JournaldAdapter, type JournaldOptions, journaldSettings } from '@holdfast/journald'
import { MemoryJournal } from './memory-journal.js'

/** An adapter with the native client in front of a journald in memory. */
export function openInMemory(
  options: JournaldOptions = {},
  clock?: Clock,
): { readonly adapter: JournaldAdapter; readonly journal: MemoryJournal } {
  const journal = new MemoryJournal()
  return { adapter: openOn(journal, options, clock), journal }
}

export function openOn(journal: MemoryJournal, options: JournaldOptions = {}, clock?: Clock): JournaldAdapter {
  const settings = journaldSettings({ name: 'journald', ...options })
  return new JournaldAdapter(settings, { sources: { openTransport: () => journal }, ...(clock === undefined ? {} : { clock }) })
}
