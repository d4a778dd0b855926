import { checkPath } from '../stages/scrub/check-path.js'
import type { ScrubChecks } from './check-values.js'

/** The checks of the stage that uses paths and patterns. */
export const SCRUB_CHECKS: ScrubChecks = { path: checkPath, pattern: () => undefined }
