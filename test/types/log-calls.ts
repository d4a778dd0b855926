import { type Fields, get, type Level, type LevelName, type Logger, type LogMethod, type LogResult } from 'holdfast'

// Compiled by the tests, never run: a line that must not compile stands behind `@ts-expect-error`.

/** An object type without an index signature, as most of an application's types are. */
interface Order {
  readonly id: number
  readonly items: readonly string[]
}

class Customer {
  readonly #secret = 1
  name = 'ann'
  get length(): number {
    return this.#secret
  }
}

declare const order: Order
declare const customer: Customer
declare const anything: unknown
declare const maybe: Error | undefined

export const log: Logger = get('app')
export const plain: Logger = get()

// every form, each with its result
export const results: readonly LogResult[] = [
  log.info('message'),
  log.info('message', { a: 1 }),
  log.info('message', order),
  log.info('message', customer),
  log.info('message', { order, customer }),
  log.info('message', () => ({ a: 1 })),
  log.info('message', () => order),
  log.info('message', new Error('boom')),
  log.info('message', new Error('boom'), { a: 1 }),
  log.info('message', new Error('boom'), order),
  log.info('message', new Error('boom'), () => order),
  log.info('message', anything),
  log.info('message', anything, { a: 1 }),
  log.info('message', maybe, { a: 1 }),
  log.info('message', undefined, order),
  log.info('message', null, order),
  log.info('message', new Error('boom'), { a: 1 }, 'surplus', 2, null),
  log.info(new Error('boom')),
  log.info(new Error('boom'), 'message'),
  log.info(new Error('boom'), 'message', order),
  log.info(new Error('boom'), undefined, order),
  log.info(anything),
  log.info(anything, 'message', { a: 1 }),
  log.info({ a: 1 }),
  log.info({ a: 1 }, 'message'),
  log.info(order, 'message'),
  log.info(() => order, 'message'),
  log.trace('message', order),
  log.debug('message', order),
  log.warning('message', order),
  log.warn('message', order),
  log.error('message', order),
  log.exception('message', anything),
  log.critical('message', order),
  log.fatal('message', order),
  log.silent('message', order),
  log.log('info', 'message'),
  log.log('WARN', 'message', order),
  log.log('fatal', 'message', anything, order),
  log.log('off', anything, 'message', order, 1, 2),
]

export function clauses(run: () => void): void {
  try {
    run()
  } catch (error) {
    // `error` is unknown here
    log.error('failed', error)
    log.error('failed', error, { a: 1 })
    log.error(error)
    log.error(error, 'failed')
    log.exception(error, 'failed', order)
  }
  Promise.reject(new Error('boom')).catch(log.error)
  new Promise((_resolve, reject) => reject(1)).catch((reason: unknown) => log.error('failed', reason))
}

// methods go where functions go
export const method: LogMethod = log.info
export const listener: (error: Error) => void = log.error
export const fields: readonly Fields[] = [{}, order, customer, () => order]

// @ts-expect-error a level that is none
log.log('loud', 'message')
// @ts-expect-error a call says at least something
log.info()
// @ts-expect-error the third of (error, message, fields) is no text
log.info(new Error('boom'), 'message', 'text')
// @ts-expect-error the name of a logger is fixed
log.name = 'other'
// @ts-expect-error methods are fixed
log.info = log.error

export function exhaustive(result: LogResult): string {
  switch (result) {
    case 'accepted':
    case 'buffered':
      return 'kept'
    case 'below_level':
    case 'refused':
    case 'rate_limited':
    case 'queue_full':
    case 'closed':
      return 'not kept'
  }
}

// the setter takes every spelling, the getter answers with one
export function levels(): LevelName | 'off' {
  log.level = 'debug'
  log.level = 'WARN'
  log.level = 'silent'
  // @ts-expect-error a level that is none
  log.level = 'verbose'
  const spellings: readonly Level[] = ['trace', 'TRACE', 'err', 'off']
  // @ts-expect-error only the setter takes aliases
  const read: 'warn' | 'silent' = log.level
  return [...spellings.filter((level) => log.isEnabled(level) && log.isLevelEnabled(level)), read].length > 0 ? log.level : 'off'
}

export const children: readonly Logger[] = [
  log.with({ a: 1 }),
  log.with(order),
  log.child(customer),
  log.child({ a: 1 }, {}),
  log.child({}, { level: 'warn' }),
  log.child({}, { serializers: { order: (value: Order) => value.id, other: (value: unknown) => value } }),
  log.child({}).child({}).with({}),
]
// @ts-expect-error a level that is none
log.child({}, { level: 'loud' })
// @ts-expect-error fields are an object
log.with('text')
// @ts-expect-error an option that is none
log.child({}, { color: 'red' })
