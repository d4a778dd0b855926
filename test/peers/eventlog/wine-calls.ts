/** One call of `ReportEventW`, as Wine saw it. */
export interface ReportedEntry {
  /** Differs between threads. */
  readonly thread: string
  readonly type: number
  readonly category: number
  readonly id: number
  readonly count: number
  /** Wine shows about the first 80 characters of each. */
  readonly strings: readonly string[]
}

/** The calls of the Event Log in a trace of Wine. */
export interface WineCalls {
  readonly registered: readonly string[]
  readonly entries: readonly ReportedEntry[]
  readonly deregistered: number
}

const REGISTER = /^\w+:fixme:advapi:RegisterEventSourceW \(\(null\),(L".*")\): stub$/
const REPORT = /^(\w+):fixme:advapi:ReportEventW \(\w+,(\w+),(\w+),(\w+),\w+,(\w+),\w+,\w+,\w+\): stub$/
const STRING = /^(\w+):(?:trace|warn|err):eventlog:ReportEventW (L".*"(?:\.\.\.)?)$/
const DEREGISTER = /^\w+:fixme:advapi:DeregisterEventSource /

/** Reads a trace. Lines of several threads may stand between each other. */
export function wineCalls(trace: string): WineCalls {
  const lines = trace.split(/\r?\n/)
  const entries: (ReportedEntry & { readonly strings: string[] })[] = []
  for (const line of lines) {
    const [, thread = '', ...numbers] = REPORT.exec(line) ?? []
    const [type = 0, category = 0, id = 0, count = 0] = numbers.map(Number)
    if (thread !== '') entries.push({ thread, type, category, id, count, strings: [] })
    const [, owner, text] = STRING.exec(line) ?? []
    if (text !== undefined) entries.findLast((entry) => entry.thread === owner)?.strings.push(unquoted(text))
  }
  return {
    registered: lines.flatMap((line) =>
      REGISTER.exec(line)?.[1] === undefined ? [] : [unquoted(REGISTER.exec(line)?.[1] ?? '')],
    ),
    entries,
    deregistered: lines.filter((line) => DEREGISTER.test(line)).length,
  }
}

/** `L"zwei \00fc"` in Wine's own escapes, four hexadecimal digits for what is not ASCII. */
function unquoted(text: string): string {
  const [, inner = ''] = /^L"(.*)"(?:\.\.\.)?$/.exec(text) ?? []
  return inner.replace(/\\([0-9a-f]{4}|.)/g, (_, sign: string) => {
    if (sign.length === 4) return String.fromCharCode(Number.parseInt(sign, 16))
    return NAMED[sign] ?? sign
  })
}

const NAMED: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' }
