import type { Trouble } from './trouble.js'
import { trouble as abortingAdapter } from './troubles/aborting-adapter.js'
import { trouble as deadLaneStarts } from './troubles/dead-lane-starts.js'
import { trouble as hangingAdapter } from './troubles/hanging-adapter.js'
import { trouble as lyingFiles } from './troubles/lying-files.js'
import { trouble as noDescriptors } from './troubles/no-descriptors.js'
import { trouble as oneBadRecord } from './troubles/one-bad-record.js'
import { trouble as operator } from './troubles/operator.js'
import { trouble as replaced } from './troubles/replaced.js'
import { trouble as runFull } from './troubles/run-full.js'
import { trouble as runRemoved } from './troubles/run-removed.js'
import { trouble as tornRings } from './troubles/torn-rings.js'

/** In the order of the table. */
export const TROUBLES: readonly Trouble[] = [
  noDescriptors,
  runFull,
  runRemoved,
  replaced,
  operator,
  deadLaneStarts,
  oneBadRecord,
  hangingAdapter,
  abortingAdapter,
  lyingFiles,
  tornRings,
]
