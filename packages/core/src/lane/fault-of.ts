import type { LogRecord } from '@holdfast/api'
import { isAdapterError } from '../adapter/adapter-error.js'
import { RenderedRecord } from '../ring/record.js'

/**
 * Whose fault a failed write may be. `record`: the adapter says so, or could not read or encode a record. `unclear`: nothing tells; it is looked for
 * among the records when the same happens again and again. `destination`: nothing is wrong with the records.
 */
export type Fault = 'record' | 'unclear' | 'destination'

/** What a program throws that cannot do something with a value. */
const PROGRAM_ERRORS: ReadonlySet<string> = new Set([
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'URIError',
  'UnreadableRecord',
])
const PASSING_ERRORS: ReadonlySet<string> = new Set(['AbortError', 'TimeoutError'])
/** Errors have causes that have causes; nobody is to make a loop of them. */
const MAX_CAUSES = 8

/** @param offered the records of the call; none when it were lines, which nobody has to read */
export function faultOf(error: unknown, offered: readonly LogRecord[]): Fault {
  const isKnown = isAdapterError(error)
  if (isKnown && !error.retryable) return 'record'
  const chain = causesOf(error)
  if (chain.some(isOfSystem)) return 'destination'
  if (offered.some((record) => record instanceof RenderedRecord && record.isUnreadable)) return 'record'
  if (isOfProgram(chain.at(-1))) return 'record'
  return isKnown ? 'destination' : 'unclear'
}

function causesOf(error: unknown): readonly unknown[] {
  const chain: unknown[] = []
  for (let next = error; next !== undefined && next !== null && chain.length < MAX_CAUSES; next = causeOf(next)) chain.push(next)
  return chain
}

function causeOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return undefined
  return Reflect.get(error, 'cause') ?? (error instanceof AggregateError ? error.errors[0] : undefined)
}

/** It has the code that systems, sockets and libraries give to failures; an adapter's own code says nothing. */
function isOfSystem(error: unknown): boolean {
  if (!(error instanceof Error) || isAdapterError(error)) return false
  return PASSING_ERRORS.has(error.name) || (codeOf(error) !== undefined && !isOfProgram(error))
}

/** Node gives codes that begin with `ERR_` to wrong arguments too. */
function isOfProgram(error: unknown): boolean {
  if (!(error instanceof Error) || !PROGRAM_ERRORS.has(error.name)) return false
  const code = codeOf(error)
  return code === undefined || code.startsWith('ERR_') || error.name === 'UnreadableRecord'
}

function codeOf(error: Error): string | undefined {
  const code: unknown = Reflect.get(error, 'code')
  return typeof code === 'string' ? code : undefined
}
