import { formatWithOptions, types } from 'node:util'

/** What a console call becomes: the text that the console would print, and the error that it was given. */
export interface FormattedCall {
  readonly message: string
  readonly error: Error | undefined
}

/**
 * Formats as the console does. The first Error that no placeholder takes is the error of the event and not part of the text;
 * one that a placeholder takes is both.
 */
export function formatCall(args: readonly unknown[]): FormattedCall {
  const taken = placeholdersOf(args)
  const loose = args.findIndex((arg, index) => (index > taken || typeof args[0] !== 'string') && isError(arg))
  if (loose === -1) return { message: format(args), error: args.slice(1, taken + 1).find(isError) }
  const error = args[loose] as Error
  const message = format(args.toSpliced(loose, 1))
  return { message: message === '' ? messageOf(error) : message, error }
}

/** How many arguments behind a first text have a placeholder in it. */
function placeholdersOf([first, ...rest]: readonly unknown[]): number {
  if (typeof first !== 'string') return 0
  const found = first.replaceAll('%%', '').match(/%[sdifjoOc]/g)
  return Math.min(found?.length ?? 0, rest.length)
}

function format(args: readonly unknown[]): string {
  return formatWithOptions({ colors: false }, ...args)
}

function messageOf(error: Error): string {
  try {
    return String(error.message)
  } catch {
    // a getter that throws: the encoder says so where the error stands
    return ''
  }
}

function isError(value: unknown): value is Error {
  return types.isNativeError(value) || value instanceof Error
}
