import { parseArgs } from 'node:util'

export interface SoakOptions {
  /** How long the machine is rough to them. */
  readonly seconds: number
  readonly producers: number
  /** Where everything is kept afterwards; a temporary folder otherwise. */
  readonly keep: string | undefined
  /** Whether an event is taken out of the file before it is examined, to see the soak turn red. */
  readonly isPlanted: boolean
}

/** Reads `[--seconds N] [--producers N] [--keep FOLDER] [--plant]`. */
export function readOptions(args: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '600' },
      producers: { type: 'string', default: '4' },
      keep: { type: 'string' },
      plant: { type: 'boolean', default: false },
    },
  })
  return {
    seconds: positive('seconds', values.seconds),
    producers: positive('producers', values.producers),
    keep: values.keep,
    isPlanted: values.plant,
  }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(Number.isInteger(value) && value > 0))
    throw new RangeError(`Expected \`--${name}\` to be a positive integer, got \`${text}\`.`)
  return value
}
