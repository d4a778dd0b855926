import { readFileSync } from 'node:fs'

type Facts = Readonly<Record<string, unknown>>

/** A line of a log file. Each logger has some of these. */
export interface LogLine extends Facts {
  readonly context?: Facts & { readonly extra?: Facts }
  readonly extra?: Facts
  readonly error?: LoggedError
}

export interface LoggedError {
  readonly message: string
  readonly stack?: string
  readonly cause?: LoggedError
}

/** The lines of a log file. One that a kill tore is none: what it said is lost. */
export function readLines(path: string): readonly LogLine[] {
  const texts = readFileSync(path, 'utf8').split('\n')
  return texts.flatMap((text) => {
    try {
      return text === '' ? [] : [JSON.parse(text) as LogLine]
    } catch {
      return []
    }
  })
}
