/** A level as the page shows it. */
export interface LevelLook {
  readonly value: number
  /** Also the class of what is shown in its colour. */
  readonly name: string
  readonly label: string
}

/** The six levels, from the lowest. */
export const LEVEL_LOOKS: readonly LevelLook[] = [
  { value: 5, name: 'trace', label: 'Trace' },
  { value: 10, name: 'debug', label: 'Debug' },
  { value: 20, name: 'info', label: 'Info' },
  { value: 30, name: 'warning', label: 'Warning' },
  { value: 40, name: 'error', label: 'Error' },
  { value: 50, name: 'critical', label: 'Critical' },
]

/** The level of a number, as `levelName` of the API has it. */
export function levelLook(value: number): LevelLook {
  return LEVEL_LOOKS.find((level) => value <= level.value) ?? (LEVEL_LOOKS.at(-1) as LevelLook)
}
