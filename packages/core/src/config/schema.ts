import { checked, oneOf, type SchemaNode, section, text } from './schema-node.js'
import {
  LAST_WORDS_SCHEMA,
  LIMITS_SCHEMA,
  levelOption,
  QUEUE_SCHEMA,
  RATE_LIMIT_SCHEMA,
  RING_SCHEMA,
  SCRUB_SCHEMA,
} from './schema-sections.js'

const CONTEXT_TEXT: SchemaNode = { type: ['string', 'null'], expected: 'a text or `null`' }

/** Every option of `RuntimeConfig`: what is valid, what is the default, what changing it does. Errors and `docs/configuration.md` come from here. */
export const CONFIG_SCHEMA: SchemaNode = section('config', {
  service: text({
    defaultText: '`OTEL_SERVICE_NAME`, the name in the nearest package.json, or `unknown-service`',
    description: 'Name of the application in every event.',
  }),
  environment: text({ defaultText: '`NODE_ENV`, or `development`', description: 'Where it runs, in every event.' }),
  context: {
    type: 'object',
    properties: {
      service: CONTEXT_TEXT,
      environment: CONTEXT_TEXT,
      jobId: CONTEXT_TEXT,
      requestId: CONTEXT_TEXT,
      userId: CONTEXT_TEXT,
      userName: CONTEXT_TEXT,
      hostname: CONTEXT_TEXT,
      processId: { type: ['integer', 'null'], expected: 'a process id or `null`' },
      processIdChain: {
        type: ['array', 'null'],
        items: { type: 'integer', expected: 'a process id' },
        expected: 'an array of process ids or `null`',
      },
    },
    expected: 'an object of context fields',
    default: {},
    description: 'Fields that every event carries in its context; unknown ones go to `context.extra`.',
  },
  level: levelOption(
    'info',
    'What enters the ring. Lower keeps more for `dump()` and costs more; an adapter may ask for less by its own `level`.',
  ),
  levels: {
    type: 'object',
    additionalProperties: { expected: 'a level name' },
    expected: 'an object of levels by logger name',
    check: 'levels',
    default: {},
    description: 'Levels by logger name; a name also counts for the dotted names below it, the longest match wins.',
  },
  preset: oneOf(['container', 'development'], {
    description:
      '`container`: JSON lines on stdout, committed per call, no child process. `development`: from `debug` up. What is set explicitly wins.',
  }),
  adapters: {
    type: 'array',
    expected: 'an array of adapters',
    defaultText: 'the console',
    description: 'Where events go. An empty array keeps them for `dump()` only.',
  },
  queue: QUEUE_SCHEMA,
  ring: RING_SCHEMA,
  scrub: SCRUB_SCHEMA,
  limits: LIMITS_SCHEMA,
  rateLimit: RATE_LIMIT_SCHEMA,
  serializers: checked('functions', 'an object of functions by field name', {
    default: {},
    description:
      'Turns a top-level field into something loggable. What throws becomes a marker. Wins over the built-in `req` and `res`.',
  }),
  stages: checked('function list', 'an array of functions', {
    default: [],
    description:
      'Run in order on each event before it is scrubbed; may enrich it, or refuse it by returning `null`. Each costs time in the call.',
  }),
  traceProvider: checked('function', 'a function', {
    defaultText: 'the active span of `@opentelemetry/api`',
    description: 'Answers the trace that an event belongs to. Read at each call.',
  }),
  diagnosticHook: checked('function', 'a function', {
    defaultText: 'the first of each name at warning or above goes to stderr',
    description: 'Called with every diagnostic, instead of stderr.',
  }),
  lastWords: LAST_WORDS_SCHEMA,
  env: oneOf(['strict', 'lenient', false], {
    default: 'strict',
    description:
      '`strict`: a bad value of a variable is an error. `lenient`: it is reported as `config_lenient` and ignored, except for scrubbing. `false`: no variable is read.',
  }),
  join: oneOf(['auto', 'never', 'required'], {
    default: 'auto',
    description: 'Whether this process joins the runtime of an ancestor.',
  }),
})
