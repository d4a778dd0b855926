import type { AdapterRecipe } from '@holdfast/api'
import { consoleAdapter } from '@holdfast/console'

/** The console, on stderr because stdout is the program's; the preset `container` makes it JSON lines on stdout. */
export function defaultAdapters(): readonly AdapterRecipe[] {
  return [consoleAdapter()]
}
