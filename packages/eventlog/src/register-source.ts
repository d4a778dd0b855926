import type { Registry } from './registry.js'
import { isSourceName, SOURCE_NAME } from './source-name.js'

/** Which source, and how Event Viewer shows its entries. */
export interface SourceOptions {
  readonly source: string
  /** The log that it belongs to; one that does not exist is made. @default `Application` */
  readonly log?: string
  /** Where Event Viewer finds the text around the strings, several with `;`. @default a file of Windows that shows the first string */
  readonly messageFile?: string
  /** Also when another program has registered the source. @default false */
  readonly force?: boolean
}

/** What came of it, for people. */
export interface Outcome {
  readonly isDone: boolean
  readonly text: string
}

const LOGS = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog'
/**
 * Files of Windows whose message is `%1`: the first comes with the .NET Framework and has it for every id, the second for ids up to
 * 1000. Event Viewer takes the first one that has the id ([MS-EVEN] 3.2.4.1.4).
 */
const MESSAGE_FILE =
  '%SystemRoot%\\Microsoft.NET\\Framework64\\v4.0.30319\\EventLogMessages.dll;%SystemRoot%\\System32\\EventCreate.exe'
/** Tells our registrations from those of other programs. */
const MARK = 'RegisteredBy'
const MARK_VALUE = '@holdfast/eventlog'
/** Information, warning and error. */
const TYPES_SUPPORTED = '7'
const ADMINISTRATOR = 'This needs an administrator: open a terminal with “Run as administrator” and try again.'

/** Makes a source known to Event Viewer. Doing it again changes nothing. */
export function registerSource(options: SourceOptions, registry: Registry): Outcome {
  const { source, log = 'Application', messageFile = MESSAGE_FILE } = options
  const wrong = wrongName(source) ?? wrongName(log)
  if (wrong !== undefined) return wrong
  const key = keyOf(log, source)
  const stranger = strangerAt(key, options, registry)
  if (stranger !== undefined) return stranger
  const values = [
    ['EventMessageFile', 'REG_EXPAND_SZ', messageFile],
    ['TypesSupported', 'REG_DWORD', TYPES_SUPPORTED],
    [MARK, 'REG_SZ', MARK_VALUE],
  ] as const
  for (const [name, type, data] of values) {
    const { isDone, output } = registry(['add', key, '/v', name, '/t', type, '/d', data, '/f'])
    if (!isDone) return { isDone: false, text: `Could not write to ${key}: ${output}\n${ADMINISTRATOR}` }
  }
  return {
    isDone: true,
    text: `The source "${source}" is registered in the log "${log}". Event Viewer has to be opened anew to see it.`,
  }
}

/** Takes a registration back. What was logged stays. */
export function removeSource(options: SourceOptions, registry: Registry): Outcome {
  const { source, log = 'Application' } = options
  const wrong = wrongName(source) ?? wrongName(log)
  if (wrong !== undefined) return wrong
  const key = keyOf(log, source)
  if (!registry(['query', key]).isDone)
    return { isDone: true, text: `The source "${source}" is not registered in the log "${log}".` }
  const stranger = strangerAt(key, options, registry)
  if (stranger !== undefined) return stranger
  const { isDone, output } = registry(['delete', key, '/f'])
  if (!isDone) return { isDone: false, text: `Could not delete ${key}: ${output}\n${ADMINISTRATOR}` }
  return { isDone: true, text: `The source "${source}" is no longer registered.` }
}

/** Whether a source is registered; needs no administrator. */
export function sourceStatus({ source, log = 'Application' }: SourceOptions, registry: Registry): Outcome {
  const wrong = wrongName(source) ?? wrongName(log)
  if (wrong !== undefined) return wrong
  const { isDone, output } = registry(['query', keyOf(log, source)])
  return isDone ? { isDone, text: output } : { isDone, text: `The source "${source}" is not registered in the log "${log}".` }
}

function keyOf(log: string, source: string): string {
  return `${LOGS}\\${log}\\${source}`
}

function wrongName(name: string): Outcome | undefined {
  return isSourceName(name) ? undefined : { isDone: false, text: `Expected ${SOURCE_NAME}, got ${JSON.stringify(name)}.` }
}

/** A source that is there and not ours: overwriting or deleting it would break what another program logs. */
function strangerAt(key: string, { force = false }: SourceOptions, registry: Registry): Outcome | undefined {
  const isOurs = () => registry(['query', key, '/v', MARK]).isDone
  if (force || !registry(['query', key]).isDone || isOurs()) return undefined
  return { isDone: false, text: `${key} was registered by another program. Choose another name, or add --force.` }
}
