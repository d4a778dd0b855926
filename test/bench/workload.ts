import { hostname } from 'node:os'

/** The message of every call: never interpolated, as structured logging wants it. */
export const MESSAGE = 'request completed successfully'

/** The name of the logger. */
export const LOGGER = 'app.checkout'

/** Nine context fields, under the names that leave the process. */
export const CONTEXT = {
  service: 'checkout-api',
  environment: 'production',
  job_id: 'job-7f3a91',
  request_id: 'req-01J9ZK4Q7W',
  user_id: 'u-829112',
  user_name: 'ann',
  hostname: hostname(),
  process_id: process.pid,
  process_id_chain: [process.ppid, process.pid],
} as const

const FIRST_AMOUNT = 129.5

/** Four fields; `amount` carries the number of the call. */
export function orderFields(index: number): OrderFields {
  return { order_id: `ord-${index & 1023}`, amount: FIRST_AMOUNT + index, currency: 'EUR', ok: true }
}

/** A type, not an interface, so that it fits every logger's record of unknown fields. */
export type OrderFields = {
  readonly order_id: string
  readonly amount: number
  readonly currency: string
  readonly ok: boolean
}

/** The number of the call behind an `amount`. */
export function callNumber(amount: unknown): number | undefined {
  return typeof amount === 'number' ? amount - FIRST_AMOUNT : undefined
}

/** Six fields that a child logger binds once. */
export const CHILD_FIELDS = {
  order_id: 'ord-4711',
  warehouse: 'eu-central',
  attempt: 1,
  currency: 'EUR',
  express: true,
  carrier: 'postal',
} as const

/** Stands under five keys of `secretFields` and must reach no file. */
export const SECRET = 'xyzzy-plugh-8812'

/** The paths of the five secrets, as a path redactor needs them. */
export const SECRET_PATHS: readonly string[] = [
  'password',
  'user.password',
  'user.session.token',
  'headers.authorization',
  'headers.cookie',
]

/** Fields with five secrets at three depths between harmless ones. */
export function secretFields(index: number): object {
  return {
    order_id: `ord-${index & 1023}`,
    amount: FIRST_AMOUNT + index,
    password: SECRET,
    user: { id: 'u-829112', password: SECRET, session: { token: SECRET, age: 17 } },
    headers: { authorization: SECRET, cookie: SECRET, accept: 'application/json' },
  }
}
