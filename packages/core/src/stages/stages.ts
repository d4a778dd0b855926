import { type EventContext, levelName } from '@holdfast/api'
import { describeValue } from '../config/describe-value.js'
import type { Draft, Stage } from '../config/runtime-config.js'
import type { Report } from '../diagnostics/catalogue.js'
import { describeError } from '../diagnostics/hub.js'
import type { Encoder } from '../encode/encoder.js'
import type { CallForm } from '../pipeline/call-form.js'
import type { ContextDefinition } from '../ring/producer.js'

export interface StageParts {
  readonly settings: { readonly stages: readonly Stage[] }
  readonly report: Report
  readonly encoder: Pick<Encoder, 'message'>
}

/**
 * Runs the user's stages on a call and puts what they return back. False when one refuses the event.
 * A stage that throws, or returns something else than a draft, is passed over and reported: the event is kept as it was.
 */
export function runStages(
  parts: StageParts,
  form: CallForm,
  logger: string,
  level: number,
  time: number,
  context: ContextDefinition,
): boolean {
  const first = makeDraft(parts, form, logger, level, time, context)
  if (first === undefined) return true
  let draft = first
  for (const stage of parts.settings.stages) {
    const next = runStage(parts, stage, draft)
    if (next === null) return false
    draft = next
  }
  // a message that is no text stays as it was given unless a stage changed it
  if (draft.message !== first.message) form.message = draft.message
  form.fields = Object.keys(draft.fields).length === 0 ? undefined : draft.fields
  form.hasError = draft.error !== undefined
  form.error = draft.error
  return true
}

/** Nothing when the fields cannot be copied (a getter that throws): the encoder copes with them, stages do not see the event. */
function makeDraft(
  parts: StageParts,
  form: CallForm,
  logger: string,
  level: number,
  time: number,
  context: ContextDefinition,
): Draft | undefined {
  const name = levelName(level)
  if (name === 'off') return undefined
  try {
    // what is no text is bounded as in an event without stages: an array's own text can be endless
    const message =
      typeof form.message === 'string' ? form.message : (JSON.parse(parts.encoder.message(logger, form.message)) as string)
    return {
      level: name,
      logger,
      time,
      message,
      fields: { ...form.fields },
      error: form.error,
      context: JSON.parse(context.json) as EventContext,
    }
  } catch (error) {
    parts.report('stage_error', { stage: '(making the draft)', error: describeError(error) })
    return undefined
  }
}

function runStage(parts: StageParts, stage: Stage, draft: Draft): Draft | null {
  try {
    const next: unknown = stage(draft)
    if (next === null) return null
    if (isDraft(next)) return next
    throw new TypeError(`Expected the stage to return a draft or null, got ${describeValue(next)}.`)
  } catch (error) {
    parts.report('stage_error', { stage: stage.name || 'anonymous', error: describeError(error) })
    return draft
  }
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== 'object' || value === null || !('fields' in value) || !('message' in value)) return false
  return typeof value.message === 'string' && typeof value.fields === 'object' && value.fields !== null
}
