import { spawnSync } from 'node:child_process'
import { basename } from 'node:path'
import { after, before, test } from 'node:test'
import type { Adapter, LogRecord } from '@holdfast/api'
import { systemClock } from '@holdfast/core'
import { journaldAdapter } from '@holdfast/journald'
import { type AdapterSuite, describeAdapter, makeRecord } from '@holdfast/testkit'
import { hasTools } from '../../fixtures/tools.js'
import { JOURNALD_TOOLS, Journald, textOf } from './journald.js'
import { failureOf } from './write-all.js'

let running: Journald | undefined

function journald(): Journald {
  if (running === undefined) throw new Error('Expected a journald.')
  return running
}

function isEntryOf(arrived: string, { event }: LogRecord): boolean {
  const { MESSAGE, EVENT_ID } = JSON.parse(arrived) as Readonly<Record<string, string>>
  return EVENT_ID === event.event_id && MESSAGE === Buffer.from(event.message).toString()
}

const kill: NonNullable<AdapterSuite['breakIt']> = async () => {
  // what is in its queue would die with it
  journald().read()
  await journald().signal('SIGKILL')
  return () => journald().start()
}

/** A stopped journald takes what its queue has room for; only a full one takes nothing. */
const stop: NonNullable<AdapterSuite['stallIt']> = async () => {
  await journald().signal('SIGSTOP')
  const adapter = journaldAdapter({ path: journald().path, identifier: 'filler' }).create()
  const fillers = Array.from({ length: 5000 }, (_, index) => makeRecord({ origin: 'filler', seq: index + 1 }))
  failureOf(adapter, fillers)
  adapter.close?.()
  return () => journald().signal('SIGCONT')
}

/** Writes synchronously as a lane does: a queue that is full is asked again. */
function patient(adapter: Adapter): Adapter {
  return {
    name: adapter.name,
    write: (batch, signal) => adapter.write(batch, signal),
    writeSync: (batch) => {
      for (let left = batch; left.length > 0; ) {
        const failure = failureOf(adapter, left)
        if (failure === undefined) return
        if (failure.code !== 'EAGAIN') throw failure
        left = left.slice(failure.accepted)
        systemClock.sleepSync(5)
      }
    },
    close: () => adapter.close?.(),
    health: () => adapter.health?.() ?? { state: 'ok' },
  }
}

test('a real journald can be had', (context) => {
  hasTools(context, ...JOURNALD_TOOLS)
})

if (JOURNALD_TOOLS.every(([program, ...args]) => spawnSync(program, args).status === 0)) {
  before(async () => {
    running = await Journald.start()
  })
  after(() => running?.stop())
  describeAdapter({
    name: 'journald, native client, in front of the real one',
    // every test has a folder of its own, and so an identifier
    recipe: (dir) => {
      const recipe = journaldAdapter({ path: journald().path, identifier: basename(dir) })
      return { ...recipe, create: () => patient(recipe.create()) }
    },
    readBack: (dir) =>
      journald()
        .read(`SYSLOG_IDENTIFIER=${basename(dir)}`)
        .map(({ MESSAGE, EVENT_ID }) => JSON.stringify({ MESSAGE: textOf(MESSAGE), EVENT_ID })),
    matches: isEntryOf,
    breakIt: kill,
    stallIt: stop,
    factory: journaldAdapter,
    badOptions: { client: 'syslog', path: 'run/journal' },
    settleMs: 5000,
  })
}
