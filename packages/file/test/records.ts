import type { LogEvent, LogRecord } from '@holdfast/api'
import { LEVELS, type LevelName } from '@holdfast/api'

/** A record whose JSON is `{"seq":7}`, or longer by what `pad` says. */
export function record(
  seq: number,
  { time = 0, level = 'info', pad = '' }: { time?: number; level?: LevelName; pad?: string } = {},
): LogRecord {
  const json = JSON.stringify({ seq, ...(pad === '' ? undefined : { pad }) })
  return { level: LEVELS[level], time, json, event: { seq, message: pad } as unknown as LogEvent }
}

export function records(from: number, to: number, options?: Parameters<typeof record>[1]): readonly LogRecord[] {
  return Array.from({ length: to - from + 1 }, (_, index) => record(from + index, options))
}

/** The lines of records as they stand in a file. */
export function linesOf(from: number, to: number): string {
  return records(from, to)
    .map(({ json }) => `${json}\n`)
    .join('')
}

/** The sequence numbers in a text; throws when a line is not whole. */
export function seqsIn(text: string): readonly number[] {
  if (text === '') return []
  if (!text.endsWith('\n')) throw new Error(`The last line has no end: ${text.slice(-80)}`)
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => (JSON.parse(line) as { seq: number }).seq)
}

export function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index)
}
