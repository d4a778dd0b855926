import { createReadStream, readdirSync, readFileSync } from 'node:fs'
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
}

interface Seen {
  readonly numbers: Set<number>
  doubled: number
  disordered: number
  highest: number
}

/** Holds files, in the order given, against the counters of the producers. */
export async function account(files: readonly string[], counters: string, isPlanted = false): Promise<Account> {
  const seen = new Map<number, Seen>()
  let [unparsable, lines] = [0, 0]
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
      lines++
      const event = eventOf(line)
      if (event === 'unparsable') unparsable++
      else if (event !== undefined) note(seen, event)
    }
  }
  if (isPlanted) for (const { numbers } of seen.values()) numbers.delete(1)
  return { ...compare(seen, counters), unparsable, lines }
}

function compare(seen: ReadonlyMap<number, Seen>, counters: string): Omit<Account, 'unparsable' | 'lines'> {
  let [accepted, lost, doubled, disordered, invented] = [0, 0, 0, 0, 0]
  for (const name of readdirSync(counters)) {
    const told = readCounter(join(counters, name))
    accepted += told
    const found = seen.get(Number(name))
    for (let number = 1; number <= told; number++) if (found?.numbers.has(number) !== true) lost++
    doubled += found?.doubled ?? 0
    disordered += found?.disordered ?? 0
    // the last one may have entered before it was counted
    for (const number of found?.numbers ?? []) if (number > told + 1) invented++
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

const FINISHED = /^(\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d)(?:-(\d+))?\.log$/

/** The files of a rotated log, from the oldest to the one being written. Their names carry a second and, where that is taken, a number. */
export function logFiles(log: string): readonly string[] {
  const stem = basename(log, '.log')
  const finished = readdirSync(dirname(log)).flatMap((name) => {
    const [, time, number = '1'] = FINISHED.exec(name.slice(stem.length + 1)) ?? []
    return time === undefined ? [] : [{ name, time, number: Number(number) }]
  })
  finished.sort((a, b) => (a.time === b.time ? a.number - b.number : a.time < b.time ? -1 : 1))
  return [...finished.map(({ name }) => join(dirname(log), name)), log]
}
