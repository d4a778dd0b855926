import type { OptionValues } from './options.js'
import type { VariableKind } from './variables.js'

/** What a text means: values by option, or why it means nothing. */
export type Reading = { readonly values: OptionValues } | { readonly expected?: string; readonly hint?: string }

interface Reader {
  /** What the variable takes, for documents and errors; without it the option says what it expects. */
  readonly takes?: string
  readonly read: (text: string, option: string, name: string) => Reading
}

/** Reads the text of a set variable; blank texts count as unset and never come here. */
export function readVariable(kind: VariableKind, text: string, option: string, name: string): Reading {
  const { takes, read } = READERS[kind]
  const reading = read(text.trim(), option, name)
  if ('values' in reading) return reading
  return takes === undefined ? reading : { expected: takes, ...reading }
}

/** What a variable of this kind takes, when it is not said by its option. */
export function takes(kind: VariableKind): string | undefined {
  return READERS[kind].takes
}

const READERS: Readonly<Record<VariableKind, Reader>> = {
  text: { read: (text, option) => ({ values: { [option]: text } }) },
  choice: { read: (text, option) => ({ values: { [option]: text.toLowerCase() } }) },
  boolean: {
    takes: '`1`, `true`, `yes` or `on`, or `0`, `false`, `no` or `off`',
    read: (text, option) => single(option, readBoolean(text)),
  },
  count: { read: (text, option) => ({ values: { [option]: readInteger(text) ?? text } }) },
  size: { takes: 'bytes as `65536`, `64KiB` or `8MiB`', read: (text, option) => single(option, readSize(text)) },
  duration: { takes: 'a duration as `500ms`, `1.5s`, `2m`, or a number of seconds', read: readDuration },
  levels: { takes: 'levels by logger name as `app.db=debug,app=info`', read: (text, option) => single(option, readLevels(text)) },
  list: { takes: 'names with commas between them', read: (text, option) => ({ values: { [option]: split(text, ',') } }) },
  'path list': { takes: 'paths with commas between them', read: (text, option) => ({ values: { [option]: splitPaths(text) } }) },
  signals: { takes: 'signal names with commas between them, or `off`', read: readSignals },
  'rate limit': { takes: 'events per duration as `100/1s`, `100:1` (seconds), or `off`', read: (text) => readRateLimit(text) },
  scrub: {
    takes: '`on` or `off`',
    read: (text, option) => single(option, readBoolean(text)),
  },
  'scrub patterns': { takes: '`field=pattern` pairs with commas between them', read: readScrubPatterns },
}

function single(option: string, value: unknown): Reading {
  return value === undefined ? {} : { values: { [option]: value } }
}

function readBoolean(text: string): boolean | undefined {
  if (/^(?:1|true|yes|on)$/i.test(text)) return true
  if (/^(?:0|false|no|off)$/i.test(text)) return false
  return undefined
}

function readInteger(text: string): number | undefined {
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined
}

const SIZE_UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, kib: 1 << 10, mib: 1 << 20, gib: 1 << 30 }

/** `64KiB`; units of 1000 are refused, because people mean either by `kB`. */
function readSize(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,15})\s*([a-z]*)$/i.exec(text) ?? []
  const factor = SIZE_UNITS[unit.toLowerCase()]
  return digits === '' || factor === undefined ? undefined : Number(digits) * factor
}

const DURATION_UNITS: Readonly<Record<string, number>> = { '': 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000 }

/** Rounds up to whole milliseconds, so that what is not 0 does not become it. */
function parseDuration(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,12}(?:\.\d{1,9})?)\s*([a-z]*)$/i.exec(text) ?? []
  const factor = DURATION_UNITS[unit.toLowerCase()]
  return digits === '' || factor === undefined ? undefined : Math.ceil(Number((Number(digits) * factor).toFixed(6)))
}

function readDuration(text: string, option: string, name: string): Reading {
  const duration = parseDuration(text)
  // 0 waits for ever where the LOG_ names come from, and not at all here: neither may be taken for the other
  if (name.startsWith('LOG_') && (duration === 0 || /^-[\d.]+$/.test(text))) {
    return { expected: 'a duration above 0', hint: 'No call waits for ever here; `HOLDFAST_` names take 0 for "never wait".' }
  }
  return single(option, duration)
}

function readLevels(text: string): Readonly<Record<string, string>> | undefined {
  const entries = split(text, ',').map((entry) => entry.split('=').map((part) => part.trim()))
  if (entries.some(([logger = '', level = '', ...rest]) => logger === '' || level === '' || rest.length > 0)) return undefined
  return Object.fromEntries(entries.map(([logger = '', level = '']) => [logger, level]))
}

function readSignals(text: string, option: string): Reading {
  if (readBoolean(text) === false) return { values: { [option]: false } }
  return { values: { [option]: split(text, ',').map((name) => name.toUpperCase()) } }
}

function readRateLimit(text: string): Reading {
  if (readBoolean(text) === false && text !== '0')
    return { values: { 'rateLimit.maxEvents': undefined, 'rateLimit.intervalMs': undefined } }
  const [, events = '', interval = ''] = /^(\d+)\s*[/:]\s*(\S+)$/.exec(text) ?? []
  const maxEvents = readInteger(events)
  const intervalMs = parseDuration(interval)
  if (maxEvents === undefined || intervalMs === undefined || maxEvents < 1 || intervalMs < 1) return {}
  return { values: { 'rateLimit.maxEvents': maxEvents, 'rateLimit.intervalMs': intervalMs } }
}

/**
 * Takes the names of the fields and replaces their values whatever they are, which hides at least what the patterns would: a pattern
 * that has a comma cannot be told from two entries in this form, so none of them is run. What has no `=` continues a pattern.
 */
function readScrubPatterns(text: string, option: string): Reading {
  const [first = '', ...others] = split(text, ',')
  const names = [first, ...others.filter((entry) => entry.includes('='))].map((entry) =>
    entry.slice(0, Math.max(0, entry.indexOf('='))).trim(),
  )
  if (names.includes('')) return { hint: 'To replace fields by name, use `HOLDFAST_SCRUB_KEYS`, as in `pin,iban`.' }
  return { values: { [option]: names } }
}

function split(text: string, separator: string): readonly string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

/** Commas inside brackets belong to a quoted name. */
function splitPaths(text: string): readonly string[] {
  return (text.match(/(?:\[[^\]]*\]|[^,[])+/g) ?? []).map((path) => path.trim()).filter((path) => path !== '')
}
