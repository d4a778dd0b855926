import { quote } from './describe-value.js'
import type { Finding } from './finding.js'
import { FRAME_SHARES, FRAMES_PER_SEGMENT, frameBound } from './frame-bound.js'
import type { OptionValues } from './options.js'
import { LIMIT_DEFAULTS, type RuntimeSettings } from './settings.js'

/** Says which environment variables set an option. */
export type Sources = ReadonlyMap<string, readonly string[]>

/** A finding before the variables that play a part in it are known. */
interface Conflict {
  readonly option: string
  /** The options that it also depends on. */
  readonly others: readonly string[]
  readonly expected: string
  readonly got: string
  readonly hint?: string
}

/** Rules between options, on settings whose values are each valid for themselves. */
export function checkTogether(settings: RuntimeSettings, values: OptionValues, sources: Sources): readonly Finding[] {
  const conflicts = [
    ...queueConflicts(values, sources),
    ...sizeConflicts(settings, values, sources),
    ...frameConflicts(settings, sources),
    ...scrubConflicts(values, sources),
  ]
  return conflicts.map(({ option, others, expected, got, hint }) => ({
    path: sources.get(option)?.[0] ?? option,
    expected,
    got,
    ...(hint === undefined ? undefined : { hint }),
    option,
    variables: [option, ...others].flatMap((involved) => sources.get(involved) ?? []),
  }))
}

function queueConflicts(values: OptionValues, sources: Sources): readonly Conflict[] {
  const worker = values['queue.worker'] ?? 'local'
  const conflicts: Conflict[] = []
  if (values['queue.enabled'] === false) {
    const others = ['queue.enabled']
    const hint = 'Without the queue the thread that logs writes, once per call.'
    const without = (expected: string) => `${expected} while ${nameOf('queue.enabled', sources)} is \`false\``
    if (worker !== 'local')
      conflicts.push({ option: 'queue.worker', others, expected: without('`local`'), got: quote(String(worker)), hint })
    // an operator may switch the queue off without knowing what the code says about its commit
    const isOverruled = sources.has('queue.enabled') && !sources.has('queue.commit')
    if (values['queue.commit'] === 'tick' && !isOverruled) {
      conflicts.push({ option: 'queue.commit', others, expected: without('`call`'), got: '`tick`', hint })
    }
  }
  return conflicts
}

function sizeConflicts({ ring, queue }: RuntimeSettings, values: OptionValues, sources: Sources): readonly Conflict[] {
  const conflicts: Conflict[] = []
  const ringBytes = `${nameOf('ring.maxBytes', sources)}, which is ${ring.maxBytes}`
  if (ring.segmentBytes * 2 > ring.maxBytes) {
    const hint = 'A ring needs at least two segments.'
    // the default of the one that was not set is not to blame
    conflicts.push(
      values['ring.segmentBytes'] === undefined
        ? {
            option: 'ring.maxBytes',
            others: [],
            expected: `at least ${ring.segmentBytes * 2}`,
            got: quote(String(ring.maxBytes)),
            hint,
          }
        : {
            option: 'ring.segmentBytes',
            others: ['ring.maxBytes'],
            expected: `at most half of ${ringBytes}`,
            got: quote(String(ring.segmentBytes)),
            hint,
          },
    )
  }
  if (queue.maxBytes > ring.maxBytes) {
    const hint = 'Unread events are kept in the ring.'
    conflicts.push({
      option: 'queue.maxBytes',
      others: ['ring.maxBytes'],
      expected: `at most ${ringBytes}`,
      got: quote(String(queue.maxBytes)),
      hint,
    })
  }
  return conflicts
}

const SEGMENT_MAX_BYTES = 1 << 26

/** The largest event that `limits` allow has to fit its part of a segment; otherwise events would be cut although no limit says so. */
function frameConflicts({ limits, ring }: RuntimeSettings, sources: Sources): readonly Conflict[] {
  const bound = frameBound(limits)
  const room = Math.floor(ring.segmentBytes / FRAMES_PER_SEGMENT)
  if (bound <= room) return []
  const [worst] = [...FRAME_SHARES].sort((a, b) => excess(limits, b.limit) - excess(limits, a.limit))
  const needed = 2 ** Math.ceil(Math.log2(bound * FRAMES_PER_SEGMENT))
  const others = ['ring.segmentBytes', ...FRAME_SHARES.map(({ limit }) => `limits.${limit}`)]
  const why = `An event may fill a quarter of a segment, and the limits allow ${bound} bytes.`
  if (worst === undefined || excess(limits, worst.limit) <= 1) {
    return [
      {
        option: 'ring.segmentBytes',
        others,
        expected: `at least ${needed} for the \`limits\` in force`,
        got: quote(String(ring.segmentBytes)),
        hint: why,
      },
    ]
  }
  const allowed = limits[worst.limit] - Math.ceil((bound - room) / worst.bytesPerUnit)
  const enlarge =
    needed > SEGMENT_MAX_BYTES
      ? ''
      : ` Or set \`ring.segmentBytes\` to ${needed}${needed * 2 > ring.maxBytes ? ` and \`ring.maxBytes\` to ${needed * 2}` : ''}, or more.`
  return [
    {
      option: `limits.${worst.limit}`,
      others,
      expected:
        allowed < 1 ? 'smaller' : `at most ${allowed} while ${nameOf('ring.segmentBytes', sources)} is ${ring.segmentBytes}`,
      got: quote(String(limits[worst.limit])),
      hint: `${why}${enlarge}`,
    },
  ]
}

function scrubConflicts(values: OptionValues, sources: Sources): readonly Conflict[] {
  if (values.scrub !== false || !sources.has('scrub')) return []
  const [also] = [...sources.keys()].filter((option) => option.startsWith('scrub.'))
  if (also === undefined) return []
  const hint = 'Unset one of the two.'
  return [{ option: 'scrub', others: [also], expected: `\`on\` while ${nameOf(also, sources)} is set`, got: '`off`', hint }]
}

/** How many times its default a limit is. */
function excess(limits: RuntimeSettings['limits'], limit: keyof RuntimeSettings['limits']): number {
  return limits[limit] / LIMIT_DEFAULTS[limit]
}

function nameOf(option: string, sources: Sources): string {
  return `\`${sources.get(option)?.[0] ?? option}\``
}
