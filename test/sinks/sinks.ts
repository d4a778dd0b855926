import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { PATIENCE_MS } from '../fixtures/patience.js'
import { HOLDFAST, temporaryFolder } from '../fixtures/spawn.js'
import { canBuildGelfd, Gelfd } from '../peers/graylog/gelfd.js'
import { ownJournald } from '../peers/journald/shared-journald.js'

/** An event as a sink has it. */
export interface Arrival {
  readonly n: number
  readonly eventId: string
}

/** A real destination, and how a configuration module reaches it. */
export interface Sink {
  /** Lines of the module before its configuration. */
  readonly head: string
  /** The adapter, as an expression. */
  readonly adapter: string
  /** What has arrived of the logger `app`, in order of arrival. */
  arrivals(): readonly Arrival[]
}

/** Opens a sink for one test; `undefined` when something for it is missing here, and the test is skipped. */
export type OpenSink = (test: TestContext) => Promise<Sink | undefined>

/** The built entry of a package, as a module anywhere can import it. */
export function builtPackage(name: string): string {
  return JSON.stringify(pathToFileURL(join(import.meta.dirname, `../../../packages/${name}/dist/index.js`)).href)
}

/** Every sink by the name of its lane. `text` is a file, too, but with a function among its options. */
export const SINKS: Readonly<Record<string, OpenSink>> = {
  file: openFile,
  text: openText,
  journald: openJournald,
  graylog: openGraylog,
  eventlog: openEventlog,
}

async function openFile(test: TestContext): Promise<Sink> {
  const path = join(temporaryFolder(test), 'app.log')
  return {
    head: `import { fileAdapter } from '${HOLDFAST}'`,
    adapter: `fileAdapter({ path: ${JSON.stringify(path)} })`,
    arrivals: () =>
      linesOf(path)
        .map((line) => JSON.parse(line) as { logger: string; event_id: string; extra: { n: number } })
        .filter(({ logger }) => logger === 'app')
        .map(({ event_id, extra }) => ({ n: extra.n, eventId: event_id })),
  }
}

async function openText(test: TestContext): Promise<Sink> {
  const path = join(temporaryFolder(test), 'app.txt')
  const format = '({ logger, event_id, extra }) => logger + " " + extra.n + " " + event_id'
  return {
    head: `import { fileAdapter } from '${HOLDFAST}'`,
    adapter: `fileAdapter({ name: 'text', path: ${JSON.stringify(path)}, format: ${format} })`,
    arrivals: () =>
      linesOf(path)
        .map((line) => line.split(' '))
        .filter(([logger]) => logger === 'app')
        .map(([, n = '', eventId = '']) => ({ n: Number(n), eventId })),
  }
}

async function openJournald(test: TestContext): Promise<Sink | undefined> {
  const journald = await ownJournald(test)
  if (journald === undefined) return undefined
  return {
    head: `import { journaldAdapter } from ${builtPackage('journald')}`,
    adapter: `journaldAdapter({ path: '${journald.path}' })`,
    arrivals: () =>
      journald
        .read('--output-fields=N,EVENT_ID', 'LOGGER=app')
        .map(({ N, EVENT_ID }) => ({ n: Number(N), eventId: String(EVENT_ID) })),
  }
}

async function openGraylog(test: TestContext): Promise<Sink | undefined> {
  if (!canBuildGelfd(test)) return undefined
  const gelfd = await Gelfd.start(test, '-tcp', '127.0.0.1:0')
  return {
    head: `import { graylogAdapter } from ${builtPackage('graylog')}`,
    adapter: `graylogAdapter({ host: '127.0.0.1', port: ${gelfd.port('tcp')} })`,
    arrivals: () =>
      gelfd.messages
        .filter(({ extra }) => extra['_logger'] === 'app')
        .map(({ extra }) => ({ n: Number(extra['_n']), eventId: String(extra['_event_id']) })),
  }
}

/** The adapter itself, with a stand-in for Windows that appends each entry to a file before its call returns. */
async function openEventlog(test: TestContext): Promise<Sink> {
  const path = join(temporaryFolder(test), 'entries')
  const head = `
    import { appendFileSync } from 'node:fs'
    import { defineAdapter } from ${builtPackage('core')}
    import { EventlogAdapter, eventlogSettings } from ${builtPackage('eventlog')}
    const report = ({ strings }) => appendFileSync(${JSON.stringify(path)}, JSON.stringify(strings) + '\\n')
    const windows = { open: () => ({ report, close: () => undefined }), isRegistered: () => true }
    const create = (options) => new EventlogAdapter(eventlogSettings(options), windows)
    const recordedAdapter = defineAdapter({ name: 'eventlog', create })`
  return {
    head,
    adapter: 'recordedAdapter()',
    arrivals: () =>
      linesOf(path)
        .map((line) => JSON.parse(line) as readonly string[])
        .filter((strings) => strings.includes('logger=app'))
        .map((strings) => ({ n: Number(stringOf(strings, 'extra.n')), eventId: stringOf(strings, 'event_id') })),
  }
}

/** Waits until so many different events have arrived, and a moment longer for doubles. */
export async function settledArrivals(sink: Sink, count: number, timeoutMs = PATIENCE_MS): Promise<readonly Arrival[]> {
  const deadline = Date.now() + timeoutMs
  while (new Set(sink.arrivals().map(({ n }) => n)).size < count && Date.now() < deadline) await pause(20)
  await pause(100)
  return sink.arrivals()
}

function linesOf(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
}

function stringOf(strings: readonly string[], key: string): string {
  return strings.find((text) => text.startsWith(`${key}=`))?.slice(key.length + 1) ?? ''
}
