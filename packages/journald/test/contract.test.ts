import type { LogRecord } from '@holdfast/api'
import { journaldAdapter } from '@holdfast/journald'
import { type AdapterSuite, describeAdapter } from '@holdfast/testkit'
import { MemoryJournal } from './memory-journal.js'
import { parseEntry, wellFormed } from './parse-entry.js'
import { openOn } from './rooms.js'

const journals = new Map<string, MemoryJournal>()

function journalOf(dir: string): MemoryJournal {
  const journal = journals.get(dir) ?? new MemoryJournal()
  journals.set(dir, journal)
  return journal
}

function failWith(fault: string): NonNullable<AdapterSuite['breakIt']> {
  return (dir) => {
    journalOf(dir).fault = fault
    return () => {
      journalOf(dir).fault = undefined
    }
  }
}

function isEntryOf(arrived: string, { event }: LogRecord): boolean {
  const { MESSAGE, EVENT_ID, LOGGER } = JSON.parse(arrived) as Readonly<Record<string, string>>
  return EVENT_ID === event.event_id && MESSAGE === wellFormed(event.message) && LOGGER === wellFormed(event.logger)
}

describeAdapter({
  name: 'journald, native client',
  recipe: (dir) => ({ ...journaldAdapter(), create: () => openOn(journalOf(dir)) }),
  readBack: (dir) => journalOf(dir).entries.map((entry) => JSON.stringify(parseEntry(entry))),
  matches: isEntryOf,
  tearDown: (dir) => void journals.delete(dir),
  breakIt: failWith('ECONNREFUSED'),
  stallIt: failWith('EAGAIN'),
  factory: journaldAdapter,
  badOptions: { client: 'syslog', path: 'run/journal', identifier: 'two\nlines', messageIdKey: '' },
})
