/** Replaces its configuration again and again while it logs, and tells what was accepted. Takes its orders as JSON in its only argument. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { fileAdapter, init, type Runtime, type RuntimeConfig } from 'holdfast'

export interface ReplaceOrders {
  readonly folder: string
  readonly worker: 'local' | 'thread' | 'process'
  readonly replaces: number
  readonly everyMs: number
  readonly perConfig: number
  /** A child stays in the first tree. */
  readonly hasChild: boolean
}

export interface ReplaceAnswer {
  readonly root: number
  readonly child: number
  /** What the file did not have when the child was told to end. */
  readonly pending: number
  readonly reasons: readonly string[]
}

const FLUSH_MS = 60_000
const orders = JSON.parse(process.argv[2] ?? '') as ReplaceOrders
const { folder, worker, replaces, everyMs, perConfig, hasChild } = orders
const reasons: string[] = []

function config(number: number): RuntimeConfig {
  return {
    service: 'shop',
    context: { number },
    adapters: [fileAdapter({ path: join(folder, 'logs', 'app.log'), rotate: { maxBytes: 8000 }, compress: 'gzip' })],
    queue: { worker, spoolDir: join(folder, 'runs'), stopTimeoutMs: FLUSH_MS },
    diagnosticHook: (name, payload) => {
      if (name === 'adapter_health' && 'reason' in payload) reasons.push(payload.reason)
    },
  }
}

let root = 0
function logSome(runtime: Runtime): void {
  const log = runtime.get('root')
  for (let i = 0; i < perConfig; i++) if (log.info('x'.repeat(200), { who: 'root', n: root + 1 }) === 'accepted') root++
}

const runtimes = [init(config(0))]
const child = hasChild ? fork(fileURLToPath(new URL('./child.js', import.meta.url))) : undefined
if (child !== undefined) await once(child, 'message')
for (let number = 1; number <= replaces; number++) {
  logSome(runtimes.at(-1) as Runtime)
  await pause(everyMs)
  runtimes.push(init(config(number), { replace: true }))
}
const last = runtimes.at(-1) as Runtime
logSome(last)
const { adapters } = await last.flush({ timeoutMs: FLUSH_MS })
let accepted = 0
if (child !== undefined) {
  child.send('end')
  ;[accepted] = (await once(child, 'message')) as [number]
}
await Promise.all(runtimes.map((runtime) => runtime.shutdown({ timeoutMs: FLUSH_MS })))
const answer: ReplaceAnswer = { root, child: accepted, pending: adapters['file']?.pending ?? -1, reasons }
process.stdout.write(JSON.stringify(answer), () => process.exit(0))
