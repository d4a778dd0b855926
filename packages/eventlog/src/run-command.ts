import { parseArgs } from 'node:util'
import { type Outcome, registerSource, removeSource, type SourceOptions, sourceStatus } from './register-source.js'
import type { Registry } from './registry.js'

/** What a run of the command leaves: the exit code, and one text for either stream. */
export interface CommandResult {
  readonly code: 0 | 1 | 2
  readonly text: string
}

const USAGE = `Makes a source known to the Windows Event Log, so that Event Viewer shows its entries as they are.

  npx @holdfast/eventlog register SOURCE [--log NAME] [--message-file PATH] [--force]
  npx @holdfast/eventlog remove SOURCE [--log NAME] [--force]
  npx @holdfast/eventlog status SOURCE [--log NAME]

SOURCE is the \`source\` of the adapter, or the name of the service. --log is "Application" unless given.
register and remove need an administrator. Without a registration everything is logged too, but Event Viewer
complains that it cannot find the description.`

const ACTIONS: Readonly<Record<string, (options: SourceOptions, registry: Registry) => Outcome>> = {
  register: registerSource,
  remove: removeSource,
  status: sourceStatus,
}

/** Runs the command line: 0 done, 1 failed, 2 not understood or not on this system. */
export function runCommand(args: readonly string[], platform: string, registry: Registry): CommandResult {
  const parsed = parse(args)
  if (typeof parsed === 'string') return { code: 2, text: `${parsed}\n\n${USAGE}` }
  const { values, positionals } = parsed
  if (values.help === true) return { code: 0, text: USAGE }
  const [name = '', source = '', ...surplus] = positionals
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
  if (action === undefined || source === '' || surplus.length > 0) return { code: 2, text: USAGE }
  if (platform !== 'win32')
    return { code: 2, text: `Sources are registered on Windows; this is \`${platform}\`. Nothing was done.` }
  const { isDone, text } = action({ ...optionsOf(values), source }, registry)
  return { code: isDone ? 0 : 1, text }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        log: { type: 'string' },
        'message-file': { type: 'string' },
        force: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function optionsOf(values: {
  readonly log?: string
  readonly 'message-file'?: string
  readonly force?: boolean
}): Omit<SourceOptions, 'source'> {
  const { log, 'message-file': messageFile, force } = values
  return {
    ...(log === undefined ? undefined : { log }),
    ...(messageFile === undefined ? undefined : { messageFile }),
    ...(force === undefined ? undefined : { force }),
  }
}
