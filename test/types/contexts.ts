import { bind, bindFunction, bindProcess, type ContextFields, createRuntime, deserializeContext, type Runtime } from 'holdfast'

// an application has its own keys typed like this, through either name
declare module '@holdfast/api' {
  interface ContextExtra {
    shopId: number
  }
}
declare module 'holdfast' {
  interface ContextExtra {
    floor: string
  }
}

/** An object type without an index signature. */
interface Request {
  readonly requestId: string
  readonly path: string
}

declare const request: Request
declare const header: string | undefined

// the return type is that of the function
export const value: number = bind({ jobId: 'j' }, () => 7)
export const nothing: undefined = bind({ jobId: 'j' }, () => undefined)
export const promise: Promise<string> = bind({ jobId: 'j' }, async () => 'x')
export const leveled: 'x' = bind({ jobId: 'j' }, { level: 'debug' }, () => 'x' as const)
export const nested: Promise<number> = bind({}, () => bind({}, { level: 'WARN' }, async () => 7))
// @ts-expect-error a promise is not its value
export const unawaited: string = bind({}, async () => 'x')

// fields: known, augmented, any other; undefined inherits, null clears
bind({ service: 's', processId: 1, processIdChain: [1, 2], traceparent: header }, () => {})
bind({ userId: null, userName: undefined, shopId: null, other: undefined }, () => {})
bind({ shopId: 5, floor: 'first', tenant: 'acme', anything: { at: 'all' } }, () => {})
bind(request, () => {})
bind({ ...request, jobId: 'j' }, () => {})
bind(deserializeContext('{"version":1,"fields":{}}'), () => {})
// @ts-expect-error a known field has its type
bind({ jobId: 5 }, () => {})
// @ts-expect-error so has an augmented one
bind({ shopId: 'five' }, () => {})
// @ts-expect-error whichever name it was augmented by
bind({ floor: 1 }, () => {})
// @ts-expect-error a level that is none
bind({}, { level: 'loud' }, () => {})
// @ts-expect-error there is a function to run
bind({})
// @ts-expect-error fields are an object
bind('text', () => {})

export const fields: ContextFields = { jobId: 'j', tenant: 'acme' }
bindProcess(fields)
bindProcess({ shopId: 1 })

export const bound: (a: number, b?: string) => boolean = bindFunction((a: number, b?: string) => `${a}${b}` !== '')
// @ts-expect-error the parameters stay
bound('text')

export function isolated(runtime: Runtime): readonly [number, Promise<string>] {
  return [runtime.bind({ jobId: 'j' }, () => 7), runtime.bind({}, { level: 'trace' }, async () => 'x')]
}

/** A runtime ends with its block. */
export async function disposes(): Promise<void> {
  await using runtime = createRuntime({ service: 'short' })
  runtime.get('app').info('hello')
}
