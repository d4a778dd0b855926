// Makes a page of a log file, to open in a browser: node docs/examples/.build/explore-log-file.js app.log app.html [level]
import { readFileSync } from 'node:fs'
import type { Level } from '@holdfast/api'
import { dumpRecords, recordsOfLines } from '@holdfast/dump'

const [, , from = 'logs/app.log', to = 'logs/app.html', level = 'trace'] = process.argv

const lines = readFileSync(from, 'utf8').split('\n')
const { path, count, unreadable } = await dumpRecords(recordsOfLines(lines), {
  format: 'html_table',
  path: to,
  title: from,
  level: level as Level,
})
console.log(`${count} events${unreadable > 0 ? `, ${unreadable} of them unreadable` : ''}: ${path}`)
