import { existsSync, readFileSync } from 'node:fs'
import type { Findings } from './findings.js'

/**
 * Holds the file of a victim against its counter: the file must hold 1 to the counter, each once.
 * Events above the counter are fine: their calls had not returned.
 *
 * @param isPlanted tells the oracle of one event more than there is, which it must find missing
 */
export function examine(file: string, counterFile: string, isPlanted: boolean): Findings {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const lines = text.split('\n')
  const rest = lines.pop() ?? ''
  const times = new Map<number, number>()
  let [unparsable, disordered, highest] = [0, 0, 0]
  for (const line of lines) {
    const number = numberOf(line)
    if (number === 'unparsable') unparsable++
    else if (number !== undefined) {
      times.set(number, (times.get(number) ?? 0) + 1)
      if (number < highest) disordered++
      else highest = number
    }
  }
  const counter = readCounter(counterFile)
  const told = isPlanted ? Math.max(counter, ...times.keys()) + 1 : counter
  let lost = 0
  for (let number = 1; number <= told; number++) if (!times.has(number)) lost++
  return {
    told,
    lost,
    doubled: [...times.values()].reduce((sum, count) => sum + count - 1, 0),
    disordered,
    unparsable,
    torn: rest === '' ? 0 : 1,
    bytesPerLine: lines.length === 0 ? 0 : (text.length - rest.length) / lines.length,
  }
}

interface Line {
  readonly n?: unknown
  readonly extra?: Line
  readonly properties?: Line
}

/** The number of an event; `undefined` for a line of the logger's own. */
function numberOf(line: string): number | 'unparsable' | undefined {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value !== 'object' || value === null) return 'unparsable'
    const parsed: Line = value
    const { n } = parsed.extra ?? parsed.properties ?? parsed
    return typeof n === 'number' ? n : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return 'unparsable'
    throw error
  }
}

function readCounter(path: string): number {
  const bytes = existsSync(path) ? readFileSync(path) : Buffer.alloc(0)
  return bytes.length === 8 ? bytes.readDoubleLE() : 0
}
