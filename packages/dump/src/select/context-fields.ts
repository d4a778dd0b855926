import type { LogEvent } from '@holdfast/api'

/** Reads a field of an event that is not the application's own. */
type ReadField = (event: LogEvent) => unknown

const FIELDS: Readonly<Record<string, ReadField>> = {
  service: ({ context }) => context.service,
  environment: ({ context }) => context.environment,
  job_id: ({ context }) => context.job_id,
  request_id: ({ context }) => context.request_id,
  user_id: ({ context }) => context.user_id,
  user_name: ({ context }) => context.user_name,
  hostname: ({ context }) => context.hostname,
  process_id: ({ context }) => context.process_id,
  process_id_chain: ({ context }) => context.process_id_chain,
  trace_id: (event) => event.trace_id,
  span_id: (event) => event.span_id,
}

/** The names under which filters know them, as `bind` spells them. */
export const CONTEXT_FIELDS: readonly string[] = Object.keys(FIELDS).map((name) =>
  name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase()),
)

/** How to read the field with this name, in either spelling: `jobId` or `job_id`. */
export function contextField(name: string): ReadField | undefined {
  const key = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  return Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined
}
