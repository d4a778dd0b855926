import { checkPath, checkPattern } from '../stages/scrub/index.js'
import type { ScrubChecks } from './check-values.js'

/** The checks of the stage that uses paths and patterns; on a copy of the pattern, because matching moves its `lastIndex`. */
export const SCRUB_CHECKS: ScrubChecks = {
  path: checkPath,
  pattern: ({ source, flags }) => checkPattern(new RegExp(source, flags)),
}
