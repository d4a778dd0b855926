// Shows one record on stdout, with whatever options its argument has.
import { consoleAdapter } from '@holdfast/console'
import { makeRecord } from '@holdfast/testkit'

const options = JSON.parse(process.argv[2] ?? '{}') as object

consoleAdapter({ stream: 'stdout', ...options })
  .create()
  .writeSync?.([makeRecord({ message: 'hello' })])
