import type { AdapterRecipe } from '@holdfast/api'
import { consoleAdapter } from '@holdfast/console'
import type { RuntimeConfig } from '@holdfast/core'

/** The console: JSON lines on stdout in a container, where the platform collects them; otherwise stderr, because stdout is the program's. */
export function defaultAdapters(preset: RuntimeConfig['preset']): readonly AdapterRecipe[] {
  return [preset === 'container' ? consoleAdapter({ stream: 'stdout', format: 'json' }) : consoleAdapter()]
}
