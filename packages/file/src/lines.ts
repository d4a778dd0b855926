import type { LineBlock, LogEvent, LogRecord } from '@holdfast/api'

/** The records of lines that came as bytes, for the rare ways that go record by record. Their levels are at most the block's highest. */
export function recordsOf(lines: LineBlock): readonly LogRecord[] {
  const text = Buffer.from(lines.bytes.buffer, lines.bytes.byteOffset, lines.bytes.byteLength)
  return Array.from({ length: lines.count }, (_, i) => {
    const from = i === 0 ? lines.start : (lines.ends[i - 1] as number)
    const json = text.toString('utf8', from, (lines.ends[i] as number) - 1)
    return {
      level: lines.highestLevel,
      time: lines.lastTime,
      json,
      get event(): LogEvent {
        return JSON.parse(json) as LogEvent
      },
    }
  })
}
