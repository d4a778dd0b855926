import { createReadStream, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

/** What a destination holds of all producers together. */
export interface Account {
  /** Events whose call returned `accepted`, by the producers' own counters. */
  readonly accepted: number
  readonly lost: number
  readonly doubled: number
  /** Events behind a later one of the same producer. */
  readonly disordered: number
  readonly unparsable: number
  /** Events of producers beyond those whose call had returned and one more. */
  readonly invented: number
  readonly lines: number
  /** Texts of somebody else that are not in any file any more. */
  readonly touched: number
}

export interface AccountOptions {
  /** Lines of somebody else. */
  readonly foreign?: readonly string[]
  /** The destination takes no event whose number is a multiple of this: one that it has counts as invented. */
  readonly leavesOut?: number
  /** Takes an event away that it must find missing. */
  readonly isPlanted?: boolean
}

interface Seen {
  readonly numbers: Set<number>
  doubled: number
  disordered: number
  highest: number
}

/** Holds files, in the order given, against the counters of the producers. */
export async function account(
  files: readonly string[],
  counters: string,
  { foreign = [], leavesOut = Number.POSITIVE_INFINITY, isPlanted = false }: AccountOptions = {},
): Promise<Account> {
  const seen = new Map<number, Seen>()
  const missing = new Set(foreign)
  let [unparsable, lines] = [0, 0]
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      if (missing.delete(line) || foreign.includes(line)) continue
      lines++
      const event = eventOf(line)
      if (event === 'unparsable') unparsable++
      else if (event !== undefined) note(seen, event)
    }
  }
  if (isPlanted) for (const { numbers } of seen.values()) numbers.delete(1)
  return { ...compare(seen, counters, leavesOut), unparsable, lines, touched: missing.size }
}

function compare(
  seen: ReadonlyMap<number, Seen>,
  counters: string,
  leavesOut: number,
): Omit<Account, 'unparsable' | 'lines' | 'touched'> {
  let [accepted, lost, doubled, disordered, invented] = [0, 0, 0, 0, 0]
  for (const name of readdirSync(counters)) {
    const told = readCounter(join(counters, name))
    accepted += told
    const found = seen.get(Number(name))
    for (let number = 1; number <= told; number++) if (number % leavesOut !== 0 && found?.numbers.has(number) !== true) lost++
    doubled += found?.doubled ?? 0
    disordered += found?.disordered ?? 0
    // the last one may have entered before it was counted
    for (const number of found?.numbers ?? []) if (number > told + 1 || number % leavesOut === 0) invented++
  }
  return { accepted, lost, doubled, disordered, invented }
}

function note(seen: Map<number, Seen>, { producer, n }: { readonly producer: number; readonly n: number }): void {
  const found = seen.get(producer) ?? { numbers: new Set<number>(), doubled: 0, disordered: 0, highest: 0 }
  seen.set(producer, found)
  if (found.numbers.has(n)) found.doubled++
  else if (n < found.highest) found.disordered++
  found.numbers.add(n)
  found.highest = Math.max(found.highest, n)
}

/** `undefined` for what the writer has to say itself. */
function eventOf(line: string): { readonly producer: number; readonly n: number } | 'unparsable' | undefined {
  try {
    const { extra } = JSON.parse(line) as { readonly extra?: { readonly producer?: unknown; readonly n?: unknown } }
    const { producer, n } = extra ?? {}
    return typeof producer === 'number' && typeof n === 'number' ? { producer, n } : undefined
  } catch {
    return 'unparsable'
  }
}

function readCounter(path: string): number {
  const bytes = readFileSync(path)
  return bytes.length === 8 ? bytes.readDoubleLE() : 0
}

const OF_LOG = /^(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d)(?:-(\d+))?\.log$/

/**
 * The files of a rotated log, from the oldest to the one being written, by when each was written last: an operator gives names that say
 * nothing. Finished files of one moment stand by the second and the number in their names.
 */
export function logFiles(log: string): readonly string[] {
  const stem = basename(log, '.log')
  const files = readdirSync(dirname(log)).flatMap((name) => {
    const [, time = '', number = '1'] = OF_LOG.exec(name.slice(stem.length + 1)) ?? []
    if (time === '' && !/^moved-\d+\.log$/.test(name)) return []
    const path = join(dirname(log), name)
    return [{ path, time, number: Number(number), writtenMs: statSync(path).mtimeMs }]
  })
  files.sort((a, b) => a.writtenMs - b.writtenMs || a.time.localeCompare(b.time) || a.number - b.number)
  return [...files.map(({ path }) => path), log]
}
