import { after, type TestContext } from 'node:test'
import { JournaldAdapter, type JournaldOptions, journaldSettings } from '@holdfast/journald'
import { hasTools } from '../../fixtures/tools.js'
import { JOURNALD_TOOLS, Journald, type JournaldHost } from './journald.js'

let shared: Promise<Journald> | undefined
after(async () => (await shared)?.stop())

/** The journald of all tests of a file that leave it as it is; `undefined` when there is none here, and the test must end. */
export async function sharedJournald(test: TestContext): Promise<Journald | undefined> {
  if (!hasTools(test, ...JOURNALD_TOOLS)) return undefined
  shared ??= Journald.start()
  return shared
}

/** A journald for one test. */
export async function ownJournald(test: TestContext, host: JournaldHost = {}): Promise<Journald | undefined> {
  if (!hasTools(test, ...JOURNALD_TOOLS)) return undefined
  const journald = await Journald.start(host)
  test.after(() => journald.stop())
  return journald
}

/** An adapter in front of it. */
export function openAdapter(test: TestContext, journald: Journald, options: JournaldOptions = {}): JournaldAdapter {
  const adapter = new JournaldAdapter(journaldSettings({ name: 'journald', path: journald.path, ...options }))
  test.after(() => adapter.close())
  return adapter
}
