import { LANE_DEFAULTS } from '../lane/settings.js'
import { bytes, checked, count, flag, integer, milliseconds, oneOf, type SchemaNode, section, text } from './schema-node.js'
import {
  LAST_WORDS_DEFAULTS,
  LIMIT_DEFAULTS,
  LOCAL_MAX_EVENTS,
  QUEUE_DEFAULTS,
  RING_DEFAULTS,
  SCRUB_DEFAULTS,
} from './settings.js'

export const QUEUE_SCHEMA: SchemaNode = section('queue', {
  enabled: flag({
    default: true,
    description: "`false` takes the queue away: the local writer with `commit: 'call'`, whatever else is the default.",
  }),
  worker: oneOf(['local', 'thread', 'process'], {
    default: QUEUE_DEFAULTS.worker,
    description:
      'Where the writer runs: in the thread that logs, in a thread of its own, or in a process that outlives the application and serves all its children.',
  }),
  commit: oneOf(['call', 'tick'], {
    default: QUEUE_DEFAULTS.commit,
    description:
      '`tick` is faster, but a kill in the middle of a tick loses what that tick logged below `error` (64 KiB at most).',
  }),
  maxEvents: count({
    default: LOCAL_MAX_EVENTS,
    description:
      'Most unread events. More rides out longer stalls of an adapter, and loses more if the process is killed meanwhile. A writer elsewhere has this bound only when it is set.',
  }),
  maxBytes: bytes(1, {
    default: QUEUE_DEFAULTS.maxBytes,
    description:
      'Most unread bytes; whichever of the two bounds is reached first counts. The default shrinks with `ring.maxBytes`.',
  }),
  fullPolicy: oneOf(['block', 'drop'], {
    default: QUEUE_DEFAULTS.fullPolicy,
    description:
      '`block` makes calls wait for room, up to `putTimeoutMs`; `drop` gives an event up at once. Drops are counted and reported.',
  }),
  putTimeoutMs: milliseconds(0, {
    default: QUEUE_DEFAULTS.putTimeoutMs,
    description:
      'How long one stall may hold calls up, all calls together. Longer drops less and blocks the event loop longer; 0 never waits.',
  }),
  stopTimeoutMs: milliseconds(0, {
    default: QUEUE_DEFAULTS.stopTimeoutMs,
    description: 'How long `flush` and `shutdown` wait. What is pending then is counted in their report.',
  }),
  failureResetMs: milliseconds(0, {
    default: QUEUE_DEFAULTS.failureResetMs,
    description: 'After this long without a failure a failed lane counts as healthy again, and calls wait for it again.',
  }),
  onDrop: checked('function', 'a function', {
    description: 'Called, coalesced, when events were dropped. What it throws becomes `queue_drop_callback_error`.',
  }),
  spoolDir: text({
    defaultText: "the user's state directory",
    description: 'Where a writer process keeps its files. Has no effect on the local writer.',
  }),
  spillBytes: integer(0, Number.MAX_SAFE_INTEGER, {
    default: QUEUE_DEFAULTS.spillBytes,
    description:
      'Most bytes a lagging lane may hold on disk. An eighth of it is for records that were put aside, under every writer.',
  }),
})

export const RING_SCHEMA: SchemaNode = section('ring', {
  maxBytes: bytes(16_384, {
    default: RING_DEFAULTS.maxBytes,
    description: 'Memory for unread and recent events together. Less keeps fewer events for `dump()`.',
  }),
  maxEvents: count({
    default: RING_DEFAULTS.maxEvents,
    description: 'Most events kept for a later `dump()`; `maxBytes` may keep fewer.',
  }),
  segmentBytes: {
    ...integer(8192, 1 << 26, {
      default: RING_DEFAULTS.segmentBytes,
      description:
        'Size of one segment; an event may fill a quarter of it, so larger segments allow larger `limits`. At most half of `maxBytes`.',
    }),
    expected: 'a power of two from 8192 to 67108864',
    check: 'segment',
  },
})

const TEXT_ITEM: SchemaNode = { type: 'string', pattern: '\\S', expected: 'a text that is not blank' }

export const SCRUB_SCHEMA: SchemaNode = section(
  'scrub',
  {
    keys: {
      type: 'array',
      items: TEXT_ITEM,
      expected: 'an array of key names',
      default: SCRUB_DEFAULTS.keys,
      description:
        'More key names whose values are replaced, at any depth; case and separators do not matter. `!name` takes a default name out.',
    },
    paths: {
      type: 'array',
      items: TEXT_ITEM,
      expected: 'an array of paths as `extra.user.pin` or `extra.items[*].code`',
      check: 'scrub paths',
      default: SCRUB_DEFAULTS.paths,
      description: 'Places in the event whose values are replaced whatever they are called elsewhere.',
    },
    patterns: checked('scrub patterns', 'an array of regular expressions', {
      default: SCRUB_DEFAULTS.patterns,
      description:
        'Every match in any text is replaced. Each costs time on every text; those that cannot be run in linear time are refused.',
    }),
    values: flag({
      default: SCRUB_DEFAULTS.values,
      description:
        'Look for bearer tokens, JWTs, URL credentials, card numbers and other known forms in every text. `false` is faster and leaks them.',
    }),
    replacement: {
      type: 'string',
      expected: 'a text',
      default: SCRUB_DEFAULTS.replacement,
      description: 'What stands in place of a secret.',
    },
  },
  {
    type: ['object', 'boolean'],
    not: { const: true },
    expected: 'an object with options of `scrub`, or `false`',
    defaultText: 'on',
    description: '`false` switches all scrubbing off: secrets reach the ring and every adapter.',
  },
)

export const LIMITS_SCHEMA: SchemaNode = section('limits', {
  messageMaxChars: limit('messageMaxChars', 'UTF-16 units of the message; the rest is cut with a marker.'),
  extraMaxKeys: limit('extraMaxKeys', 'Keys of `extra`, and of any object in it; the first ones are kept.'),
  extraMaxValueChars: limit('extraMaxValueChars', 'UTF-16 units of one text value; the rest is cut with a marker.'),
  extraMaxDepth: {
    ...integer(1, 64, {
      default: LIMIT_DEFAULTS.extraMaxDepth,
      description: 'Levels of nesting below `extra`; a marker stands for what is deeper.',
    }),
  },
  extraMaxItems: limit('extraMaxItems', 'Items of one array, Set or Map; the first ones are kept.'),
  extraMaxTotalBytes: limit('extraMaxTotalBytes', 'UTF-8 bytes of `extra` as JSON; what comes last is left out.'),
  contextMaxKeys: limit('contextMaxKeys', 'Keys of `context.extra`; the first ones are kept.'),
  contextMaxValueChars: limit('contextMaxValueChars', 'UTF-16 units of one text value of the context.'),
  stackMaxFrames: limit('stackMaxFrames', 'Frames of one stack; the first and the last halves are kept.'),
  stackMaxChars: limit('stackMaxChars', 'UTF-16 units of one stack after that.'),
  errorMaxCauses: integer(0, 100, {
    default: LIMIT_DEFAULTS.errorMaxCauses,
    description: 'Causes and aggregated errors, together, of one error; 0 keeps none.',
  }),
})

export const RATE_LIMIT_SCHEMA: SchemaNode = section(
  'rateLimit',
  {
    maxEvents: count({
      description: 'Events that each logger may log at each level within the interval; a summary counts the others.',
    }),
    intervalMs: milliseconds(1, { description: 'Length of the sliding window.' }),
    exempt: levelOption('error', 'Levels at and above this one are never limited; `off` exempts none.'),
  },
  {
    required: ['maxEvents', 'intervalMs'],
    description: 'Bounds the events of each logger and level. Without it a loop that logs can fill a disk.',
  },
)

export const LAST_WORDS_SCHEMA: SchemaNode = section('lastWords', {
  signals: {
    type: ['array', 'boolean'],
    not: { const: true },
    items: { type: 'string', expected: 'the name of a signal' },
    expected: 'an array of signal names, or `false`',
    check: 'signals',
    default: LAST_WORDS_DEFAULTS.signals,
    description: 'Signals on which the local writer drains before the process ends. `false` installs no listener.',
  },
  exit: flag({
    default: LAST_WORDS_DEFAULTS.exit,
    description: 'Drain when the process exits or an exception goes uncaught. `false` loses what is pending then.',
  }),
  budgetMs: milliseconds(0, {
    default: LAST_WORDS_DEFAULTS.budgetMs,
    description: 'Most milliseconds that the last drain may take. Longer loses less and delays the end of the process.',
  }),
})

/** What every adapter factory takes for the lane in front of its adapter; `path` in errors and documents is `adapters[0].level`. */
export const LANE_SCHEMA: SchemaNode = section('adapters[]', {
  level: levelOption('trace', 'Only events at this level and above reach the adapter.'),
  batchMaxEvents: count({ default: LANE_DEFAULTS.batchMaxEvents, description: 'Most records of one batch.' }),
  batchMaxBytes: count({
    default: LANE_DEFAULTS.batchMaxBytes,
    description: 'Most bytes of one batch; one record may exceed it alone.',
  }),
  timeoutMs: milliseconds(1, {
    default: LANE_DEFAULTS.timeoutMs,
    description: 'An asynchronous `write` that takes longer counts as failed and is tried again.',
  }),
  retryMinMs: milliseconds(0, {
    default: LANE_DEFAULTS.retryMinMs,
    description: 'First pause after a failure; doubles each time, with jitter.',
  }),
  retryMaxMs: milliseconds(0, { default: LANE_DEFAULTS.retryMaxMs, description: 'Longest pause between attempts.' }),
  whenDown: oneOf(['hold', 'drop'], {
    default: LANE_DEFAULTS.whenDown,
    description:
      'While the destination is down: `hold` keeps events until the ring needs their room, `drop` drops what is new. Both count.',
  }),
})

export function levelOption(fallback: string, description: string): SchemaNode {
  return { ...checked('level', 'a level name', { default: fallback, description }) }
}

function limit(name: keyof typeof LIMIT_DEFAULTS, description: string): SchemaNode {
  return count({ default: LIMIT_DEFAULTS[name], description })
}
