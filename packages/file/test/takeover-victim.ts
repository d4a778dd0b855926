/** A writer process that is killed by the tests, or by itself in the middle of an operation. Takes its orders as JSON in its only argument. */
import { openSync, writeSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { FileAdapter, type FileOptions, nodeTransport, resolveFileOptions } from '@holdfast/file'
import { type Death, Mortal } from './mortal-transport.js'
import { makeRing, textOf, type Way, Writer } from './writer.js'

export interface TakeoverOrders {
  readonly options: FileOptions
  readonly isText: boolean
  readonly way: Way
  readonly stateDir: string
  readonly acknowledged: readonly number[]
  /** Where the acknowledged events are kept, as the header of a ring does it. */
  readonly cursorsPath: string
  readonly death?: Death
}

const ENDLESS = 1_000_000_000
const BATCH_MAX = 12
const orders = JSON.parse(process.argv[2] ?? '') as TakeoverOrders
const options = orders.isText ? { ...orders.options, format: textOf } : orders.options
const cursorsFd = openSync(orders.cursorsPath, 'w')
const { transport } = new Mortal(nodeTransport, orders.death, () => process.kill(process.pid, 'SIGKILL'))
const adapter = new FileAdapter(resolveFileOptions(options), { transport, home: { stateDir: orders.stateDir } })
const ring = makeRing(...orders.acknowledged.map(() => ENDLESS))
ring.acknowledged.splice(0, Number.POSITIVE_INFINITY, ...orders.acknowledged)
const writer = new Writer(adapter, ring, orders.way)

function acknowledge(cursors: readonly number[]): void {
  writeSync(cursorsFd, cursors.map((cursor) => String(cursor).padStart(10)).join(''), 0)
}

acknowledge(orders.acknowledged)
while (writer.step(1 + Math.floor(Math.random() * BATCH_MAX), acknowledge)) await nextTurn()
await adapter.close()
