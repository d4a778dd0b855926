import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeMachine, describePackages } from '../bench/report/versions.js'
import { soakFolder } from './layout.js'
import { readOptions } from './options.js'
import { report } from './report.js'
import { soak } from './soak.js'

const options = readOptions(process.argv.slice(2))
const cache = fileURLToPath(new URL('../../../.cache/', import.meta.url))
mkdirSync(cache, { recursive: true })
const path = options.keep === undefined ? mkdtempSync(join(cache, 'soak-')) : resolve(options.keep)
mkdirSync(path, { recursive: true })
console.log(`${describeMachine()}. ${describePackages(['holdfast'])}. ${options.seconds} s, ${options.producers} producers.\n`)
try {
  const outcome = await soak(soakFolder(path), options)
  const broken = report(outcome)
  for (const breach of broken) console.log(`✘ ${breach}`)
  if (broken.length > 0) process.exitCode = 1
} finally {
  if (options.keep === undefined) rmSync(path, { recursive: true, force: true })
}
