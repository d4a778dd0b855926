import type { AdapterHome } from '@holdfast/api'
import { readRunFacts } from '../tree/run-facts.js'
import { laneDirectory } from '../tree/run-paths.js'
import { isEnding } from './predecessors.js'

/** What the adapter of a lane is given in a run. */
export function laneHome(run: string, lane: string): AdapterHome {
  return { stateDir: laneDirectory(run, lane), service: readRunFacts(run)?.service ?? '', run, isEnding }
}
