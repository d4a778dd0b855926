/** What very large input costs a log call, beside the least that anyone has to pay for it: `node test/.build/bench/large-input/index.js`. */
import { makeRuntime } from '@holdfast/core'
import { MemoryAdapter } from '@holdfast/testkit'
import { describeMachine } from '../report/versions.js'

const KEYS = 200_000
const PAIRS = 100_000
const CHARS = 5 << 20
const LAPS = 3

interface Input {
  readonly title: string
  readonly make: () => unknown
  /** The least that whoever looks at it pays. */
  readonly touch: (value: unknown) => void
}

/** V8 collects the keys of an object before the first one is seen. */
const firstKey = (value: unknown): void => {
  for (const _ in value as object) break
}
const firstItem = (value: unknown): void => {
  for (const _ of value as Iterable<unknown>) break
}
/** A text that was put together is made flat at the first look. */
const head = (value: unknown): void => {
  String(value).charCodeAt(0)
}

const INPUTS: readonly Input[] = [
  { title: `an object of ${KEYS} keys`, make: () => keys({}), touch: firstKey },
  { title: `an instance of ${KEYS} keys`, make: () => keys(new (class Instance {})()), touch: firstKey },
  { title: `an error with ${KEYS} properties`, make: () => keys(new Error('x')), touch: firstKey },
  { title: `a Map of ${KEYS}`, make: () => new Map(Object.entries(keys({}))), touch: firstItem },
  { title: `URLSearchParams of ${PAIRS}`, make: () => new URLSearchParams('key=value&'.repeat(PAIRS)), touch: firstItem },
  { title: `a text of ${CHARS} characters`, make: text, touch: head },
  { title: `a stack of ${CHARS} characters`, make: () => withStack(text()), touch: (error) => head((error as Error).stack) },
  {
    title: `a stack of ${CHARS} characters in frames`,
    make: () => withStack('    at f (a.js:1:1)\n'.repeat(CHARS / 20)),
    touch: (error) => head((error as Error).stack),
  },
]

console.log(
  `${describeMachine()}\n\n${'CPU ms, the best of 3'.padEnd(48)}${'to look at it'.padStart(14)}${'to log it'.padStart(12)}`,
)
for (const { title, make, touch } of INPUTS) {
  const runtime = makeRuntime({
    service: 'bench',
    adapters: [new MemoryAdapter({ sync: true })],
    diagnosticHook: () => undefined,
  })
  const log = runtime.get()
  const least = best(make, touch)
  const logged = best(make, (value) => void log.info('large', { value }))
  console.log(`${title.padEnd(48)}${least.toFixed(2).padStart(14)}${logged.toFixed(2).padStart(12)}`)
  await runtime.shutdown()
}

/** Each lap has a value of its own: V8 remembers what it has looked at once. */
function best(make: () => unknown, run: (value: unknown) => void): number {
  let least = Number.POSITIVE_INFINITY
  for (let lap = 0; lap < LAPS; lap++) {
    const value = make()
    const before = process.cpuUsage()
    run(value)
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}

function keys<T extends object>(target: T): T {
  const bag = target as Record<string, unknown>
  for (let i = 0; i < KEYS; i++) bag[`key${i}`] = i
  return target
}

function text(): string {
  return Array.from({ length: 16 }, (_, i) => String(i % 10).repeat(CHARS / 16)).join('')
}

function withStack(stack: string): Error {
  return Object.assign(new Error('x'), { stack: `Error: x\n${stack}` })
}
