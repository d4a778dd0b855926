import {
  type Adapter,
  type AdapterOptions,
  type AdapterRecipe,
  check,
  consoleAdapter,
  createRuntime,
  type Draft,
  defineAdapter,
  defineConfig,
  fileAdapter,
  type InitOptions,
  init,
  type LogRecord,
  type Runtime,
  type RuntimeConfig,
  type Stage,
} from 'holdfast'

export const everything: RuntimeConfig = {
  service: 's',
  environment: 'prod',
  context: { jobId: 'j', tenant: 'acme' },
  level: 'WARN',
  levels: { 'a.b': 'debug', quiet: 'off' },
  preset: 'container',
  adapters: [consoleAdapter(), fileAdapter({ path: 'x.log', level: 'error' })],
  queue: { commit: 'tick', fullPolicy: 'drop', onDrop: ({ adapter, reason, count }) => void `${adapter}${reason}${count}` },
  ring: { maxBytes: 1 << 20, segmentBytes: 1 << 18 },
  scrub: false,
  limits: { messageMaxChars: 100 },
  rateLimit: { maxEvents: 1, intervalMs: 1, exempt: 'off' },
  serializers: { user: (user: { readonly id: number }) => user.id },
  stages: [(draft) => ({ ...draft, fields: { ...draft.fields, a: 1 } }), (draft) => (draft.level === 'debug' ? null : draft)],
  traceProvider: () => undefined,
  diagnosticHook: () => {},
  lastWords: { signals: false },
  env: false,
  join: 'never',
}
export const defined: RuntimeConfig = defineConfig({ service: 's', level: 'info' })
export const options: InitOptions = { replace: true }
export const runtimes: readonly Runtime[] = [init(), init({ service: 's' }), init({}, { replace: true }), createRuntime()]

// @ts-expect-error a level that is none
init({ level: 'loud' })
// @ts-expect-error a level that is none, by name
init({ levels: { a: 'loud' } })
// @ts-expect-error a key that is none
init({ servise: 's' })
// @ts-expect-error a key of a section that is none
init({ queue: { maxEvent: 1 } })
// @ts-expect-error a word that is none
init({ queue: { fullPolicy: 'wait' } })
// @ts-expect-error both are needed
init({ rateLimit: { maxEvents: 1 } })
// @ts-expect-error an adapter is made by calling its factory
init({ adapters: [consoleAdapter] })
// @ts-expect-error an option that is none
init({}, { force: true })
// @ts-expect-error an option of an adapter that is none
consoleAdapter({ colour: true })
// @ts-expect-error scrub is a section or false
init({ scrub: true })

// a stage returns a draft or null
export const stage: Stage = (draft: Draft) => draft
// @ts-expect-error not a promise
export const late: Stage = async (draft: Draft) => draft
// @ts-expect-error nor nothing
export const silent: Stage = () => {}
export const mutating: Stage = (draft) => {
  // @ts-expect-error a draft is not changed in place
  draft.message = 'x'
  return draft
}

/** The least an adapter can be. */
export const adapter: Adapter = { name: 'least', write: (batch: readonly LogRecord[]) => void batch[0]?.json }
export const asynchronous: Adapter = { name: 'async', write: async (_batch, signal) => void signal.aborted }
// @ts-expect-error without a name there is no report
export const nameless: Adapter = { write: () => {} }

interface SocketOptions extends AdapterOptions {
  readonly path: string
  readonly port?: number
}

interface QuietOptions extends AdapterOptions {
  readonly prefix?: string
}

const write: Adapter['write'] = () => {}

// the factory takes what `create` gets; its argument may be left out when every option may
export const socketAdapter: (options: SocketOptions) => AdapterRecipe = defineAdapter<SocketOptions>({
  name: 'socket',
  options: { path: check.required(check.text), port: check.integer(1) },
  create: ({ name, path, port }) => ({ name: `${name satisfies string}${path}${port?.toFixed() ?? ''}`, write }),
})
export const quietAdapter: (options?: QuietOptions) => AdapterRecipe = defineAdapter<QuietOptions>({
  name: 'quiet',
  options: { prefix: check.text },
  create: ({ name }) => ({ name, write }),
})
export const recipes: readonly AdapterRecipe[] = [
  socketAdapter({ path: '/x', level: 'warn', name: 'mine', whenDown: 'drop' }),
  quietAdapter(),
]
// @ts-expect-error a needed option
socketAdapter({ port: 1 })
// @ts-expect-error an option that is none
socketAdapter({ path: '/x', host: 'y' })
// @ts-expect-error an option of the lane has its type
quietAdapter({ level: 'loud' })
// @ts-expect-error what is opened is an adapter
defineAdapter<QuietOptions>({ name: 'none', options: { prefix: check.text }, create: () => ({ name: 'none' }) })
