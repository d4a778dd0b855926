import type { Chapter } from './rule.js'
import { CLOSING } from './rules/closing.js'
import { FAILING } from './rules/failing.js'
import { RECIPE } from './rules/recipe.js'
import { TAKING_OVER } from './rules/taking-over.js'
import { WRITING } from './rules/writing.js'
import { WRITING_SYNCHRONOUSLY } from './rules/writing-synchronously.js'

/** Every rule that a machine can check, in the order of `docs/adapter-contract.md`. */
export const CONTRACT: readonly Chapter[] = [RECIPE, WRITING, FAILING, WRITING_SYNCHRONOUSLY, TAKING_OVER, CLOSING]
