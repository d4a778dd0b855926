import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { describe, it } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { EventContext } from '@holdfast/api'
import type { Runtime } from '@holdfast/core'
import fc from 'fast-check'
import { startLogging } from './fixtures/logged.js'

interface TaskFields {
  readonly requestId?: string | null
  readonly jobId?: string | undefined
  readonly tenant?: string | null
  readonly extra?: { readonly zone?: number }
}

/** A task that binds, waits in one of several ways, logs, and has tasks of its own inside. */
interface Task {
  readonly fields: TaskFields
  readonly wait: 'none' | 'promise' | 'timer' | 'immediate' | 'tick' | 'callback'
  readonly inner: readonly Task[]
}

const fieldsOf = fc.record(
  {
    requestId: fc.option(fc.string({ minLength: 1, maxLength: 5 })),
    jobId: fc.option(fc.string({ minLength: 1, maxLength: 5 }), { nil: undefined }),
    tenant: fc.option(fc.string({ minLength: 1, maxLength: 5 })),
    extra: fc.record({ zone: fc.nat(9) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
)

const { task } = fc.letrec<{ task: Task }>((tie) => ({
  task: fc.record({
    fields: fieldsOf,
    wait: fc.constantFrom('none', 'promise', 'timer', 'immediate', 'tick', 'callback'),
    inner: fc.oneof({ depthIdentifier: 'task', depthSize: 'small' }, fc.constant([]), fc.array(tie('task'), { maxLength: 3 })),
  }),
}))

/** What the context of an event has to be, worked out from the nested binds alone. */
interface Expected {
  readonly requestId?: unknown
  readonly jobId?: unknown
  readonly tenant?: unknown
  readonly zone?: unknown
}

function extend(outer: Expected, { extra, ...fields }: TaskFields): Expected {
  const given = Object.entries({ ...extra, ...fields }).filter(([, value]) => value !== undefined)
  return { ...outer, ...Object.fromEntries(given) }
}

function found({ request_id, job_id, extra }: EventContext): Expected {
  return present({ requestId: request_id, jobId: job_id, tenant: extra?.['tenant'], zone: extra?.['zone'] })
}

function present(expected: Expected): Expected {
  return Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined && value !== null))
}

async function perform(task: Task, runtime: Runtime, outer: Expected, expected: Map<number, Expected>): Promise<void> {
  await runtime.bind(task.fields, async () => {
    const mine = extend(outer, task.fields)
    const log = (): void => {
      const id = expected.size
      expected.set(id, present(mine))
      runtime.get('app').info('event', { id })
    }
    log()
    await pause(task.wait, log)
    log()
    await Promise.all(task.inner.map((inner) => perform(inner, runtime, mine, expected)))
    log()
  })
}

function pause(how: Task['wait'], log: () => void): Promise<void> | void {
  switch (how) {
    case 'none':
      return
    case 'promise':
      return Promise.resolve().then(log)
    case 'timer':
      return wait(1).then(log)
    case 'immediate':
      return new Promise((resolve) => setImmediate(() => resolve(log())))
    case 'tick':
      return new Promise((resolve) => process.nextTick(() => resolve(log())))
    case 'callback': {
      const emitter = new EventEmitter()
      emitter.once('now', log)
      emitter.emit('now')
    }
  }
}

describe('bind', () => {
  it('gives every event exactly the context of its own task, however many run at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(task, { minLength: 2, maxLength: 6 }), async (tasks) => {
        const { runtime, events } = startLogging({ limits: { contextMaxKeys: 100 } })
        const expected = new Map<number, Expected>()

        await Promise.all(tasks.map((each) => perform(each, runtime, {}, expected)))

        assert.equal(events().length, expected.size)
        for (const { context, extra } of events()) assert.deepEqual(found(context), expected.get(extra?.['id'] as number))
      }),
      { numRuns: 60 },
    )
  })

  it('returns what the function returns, and lets through what it throws', async () => {
    const { runtime } = startLogging()

    assert.equal(
      runtime.bind({}, () => 7),
      7,
    )
    assert.equal(await runtime.bind({}, async () => 7), 7)
    assert.throws(() =>
      runtime.bind({}, () => {
        throw new RangeError('x')
      }),
    )
  })

  it('says what is missing when it gets no function', () => {
    const { runtime } = startLogging()

    assert.throws(() => runtime.bind({}, undefined as unknown as () => void), /Expected `bind` to get a function/)
  })

  it('inherits with undefined and clears with null, also what the runtime itself says', () => {
    const { runtime, log, last } = startLogging({ context: { userName: 'ann', jobId: 'j' } })
    const contexts: EventContext[] = []
    const note = (): void => {
      log.info('x')
      contexts.push(last().context)
    }

    runtime.bind({ userName: undefined, jobId: null }, note)
    runtime.bind({ userName: null }, () => runtime.bind({ userName: undefined, requestId: 'r' }, note))

    assert.deepEqual(
      contexts.map(({ user_name, job_id, request_id }) => [user_name, job_id, request_id]),
      [
        ['ann', undefined, undefined],
        [undefined, 'j', 'r'],
      ],
    )
  })

  it('keeps unknown keys in extra, merged with those outside and with an extra object', () => {
    const { runtime, log, last } = startLogging({ context: { region: 'eu', extra: { rack: 1 } } })

    runtime.bind({ tenant: 'acme', extra: { a: 1, b: 1 } }, () =>
      runtime.bind({ extra: { b: 2 }, c: 3, rack: null }, () => log.info('x')),
    )

    assert.deepEqual(last().context.extra, { region: 'eu', tenant: 'acme', a: 1, b: 2, c: 3 })
  })

  it('takes the fields as they are when it is called', () => {
    const { runtime, log, last } = startLogging()
    const fields = { jobId: 'before' }

    runtime.bind(fields, () => {
      fields.jobId = 'after'
      log.info('x')
    })

    assert.equal(last().context.job_id, 'before')
    assert.deepEqual(fields, { jobId: 'after' })
  })

  it('scrubs its fields', () => {
    const { runtime, log, memory } = startLogging()

    runtime.bind({ apiKey: 'hunter2', note: 'Bearer abcdefghijklmnopqrstuvwxyz' }, () => log.info('x'))

    assert.doesNotMatch(memory.lines.join(''), /hunter2|abcdefghijklmnop/)
  })

  it('says who the process is', () => {
    const { log, last } = startLogging({ environment: 'prod' })

    log.info('x')

    const { service, environment, process_id, process_id_chain, hostname } = last().context
    assert.deepEqual(
      { service, environment, process_id, process_id_chain, hasHost: (hostname ?? '') !== '' },
      { service: 'test', environment: 'prod', process_id: process.pid, process_id_chain: [process.pid], hasHost: true },
    )
  })
})

describe('bindProcess', () => {
  it('reaches everything logged from then on, also inside binds under way', () => {
    const { runtime, log, events } = startLogging()
    log.info('before')

    runtime.bind({ requestId: 'r' }, () => {
      log.info('inside before')
      runtime.bindProcess({ jobId: 'j', tenant: 'acme' })
      log.info('inside after')
    })
    log.info('after')

    assert.deepEqual(
      events().map(({ context }) => [context.request_id, context.job_id, context.extra?.['tenant']]),
      [
        [undefined, undefined, undefined],
        ['r', undefined, undefined],
        ['r', 'j', 'acme'],
        [undefined, 'j', 'acme'],
      ],
    )
  })

  it('gives way to binds, inherits with undefined, clears with null and merges extra', () => {
    const { runtime, log, events } = startLogging({ context: { jobId: 'j', userName: 'ann', extra: { a: 1 } } })

    runtime.bindProcess({ jobId: undefined, userName: null, extra: { b: 2 } })
    log.info('x')
    runtime.bind({ jobId: 'mine' }, () => log.info('x'))

    assert.deepEqual(
      events().map(({ context }) => [context.job_id, context.user_name, context.extra]),
      [
        ['j', undefined, { a: 1, b: 2 }],
        ['mine', undefined, { a: 1, b: 2 }],
      ],
    )
  })
})

describe('bindFunction', () => {
  it('keeps the context of the moment for a function that is called elsewhere', () => {
    const { runtime, log, events } = startLogging()
    const outside = runtime.bindFunction((text: string) => log.info(text))
    const inside = runtime.bind({ jobId: 'a' }, () => runtime.bindFunction((text: string) => log.info(text)))

    runtime.bind({ jobId: 'b' }, () => {
      inside('inside')
      outside('outside')
      log.info('here')
    })

    assert.deepEqual(
      events().map(({ message, context }) => [message, context.job_id]),
      [
        ['inside', 'a'],
        ['outside', undefined],
        ['here', 'b'],
      ],
    )
  })
})

describe('isolated runtimes', () => {
  it('do not share contexts, levels of a bind, or loggers', () => {
    const one = startLogging()
    const two = startLogging()

    const results = one.runtime.bind({ jobId: 'one' }, { level: 'debug' }, () => [
      two.log.info('x'),
      two.log.debug('x'),
      one.log.debug('x'),
    ])

    assert.deepEqual(results, ['accepted', 'below_level', 'accepted'])
    assert.deepEqual(
      [one, two].map(({ events }) => events().map(({ context }) => context.job_id)),
      [['one'], [undefined]],
    )
  })
})
