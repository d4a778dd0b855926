// Writes records to its stderr as a lane would: what was not accepted is offered again, after a pause when the pipe is full.
// Usage: flood.js REPORT COUNT. Makes a file REPORT.full when the pipe is full for the first time.
import { writeFileSync } from 'node:fs'
import type { LogRecord } from '@holdfast/api'
import { consoleAdapter } from '@holdfast/console'
import { AdapterError } from '@holdfast/core'
import { makeRecords } from '@holdfast/testkit'

const [report = '', count = '0'] = process.argv.slice(2)
const BATCH = 100
const FAILURES_ENOUGH = 3

// the first touch makes the pipe non-blocking, for everyone who holds it
process.stderr.writableLength

const adapter = consoleAdapter({ format: 'pretty', color: false, template: '{message} 映像 {extra}' }).create()
const sleeper = new Int32Array(new SharedArrayBuffer(4))
const codes: string[] = []
const records = makeRecords(Number(count))
let stalls = 0

for (let from = 0; from < records.length && codes.length < FAILURES_ENOUGH; from += BATCH) {
  let rest: readonly LogRecord[] = records.slice(from, from + BATCH)
  while (rest.length > 0 && codes.length < FAILURES_ENOUGH) {
    try {
      adapter.writeSync?.(rest)
      rest = []
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error
      rest = rest.slice(error.accepted)
      if (error.code !== 'EAGAIN') codes.push(error.code)
      else if (stalls++ === 0) writeFileSync(`${report}.full`, '')
      Atomics.wait(sleeper, 0, 0, 1)
    }
  }
}

process.on('exit', (code) => {
  writeFileSync(report, JSON.stringify({ code, codes, stalls, state: adapter.health?.().state }))
})
