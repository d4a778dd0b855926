// One dump in a process of its own: node --expose-gc one-dump.js <events> <format> file|string|filtered
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogRecord } from '@holdfast/api'
import { type DumpFormat, dumpRecords } from '@holdfast/dump'
import { sampleRecords } from '../sample-records.js'

/** What one dump needed. */
export interface DumpFigure {
  readonly ms: number
  readonly cpuMs: number
  /** The most resident memory during the dump, less what was resident before. */
  readonly peakBytes: number
  readonly bytes: number
}

/** A record whose event is parsed when it is asked for, which a dump does not. */
class Line implements LogRecord {
  readonly level: number
  readonly time: number
  readonly json: string

  constructor(level: number, time: number, json: string) {
    this.level = level
    this.time = time
    this.json = json
  }

  get event(): LogRecord['event'] {
    return JSON.parse(this.json) as LogRecord['event']
  }
}

const [, , count, format, kind] = process.argv
/** As a ring would give them: lines, not parsed. */
const records: readonly LogRecord[] = sampleRecords(Number(count)).map(({ level, time, json }) => new Line(level, time, json))
const folder = mkdtempSync(join(tmpdir(), 'holdfast-figures-'))
const filters = kind === 'filtered' ? ({ level: 'error', filters: { context: { jobId: 'batch-742' } } } as const) : {}

globalThis.gc?.()
const before = process.memoryUsage.rss()
let peak = before
const cpu = process.cpuUsage()
const started = performance.now()
const dumping = dumpRecords(records, {
  format: format as DumpFormat,
  ...filters,
  ...(kind === 'string' ? undefined : { path: join(folder, 'dump') }),
})
let isOver = false
const look = (): void => {
  peak = Math.max(peak, process.memoryUsage.rss())
  if (!isOver) setImmediate(look)
}
look()
const { bytes } = await dumping
isOver = true
const ms = performance.now() - started
look()
const { user, system } = process.cpuUsage(cpu)
const figure: DumpFigure = { ms, cpuMs: (user + system) / 1000, peakBytes: peak - before, bytes }
console.log(JSON.stringify(figure))
rmSync(folder, { recursive: true })
