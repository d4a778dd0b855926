import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { serializeContext } from '../../dist/context/context-payload.js'
import {
  type Ancestor,
  childEnv,
  decodeLineage,
  encodeLineage,
  extendChain,
  type Lineage,
  publishLineage,
  takeContext,
} from '../../dist/tree/lineage.js'
import { formatProcessId, ownProcessId } from '../../dist/tree/process-id.js'

const LINEAGE: Lineage = {
  run: '/state/holdfast/shop/run',
  root: ownProcessId(),
  chain: [
    { pid: 4290, threadId: 0 },
    { pid: 4312, threadId: 2 },
  ],
}
const CONFIGURED: Lineage = { ...LINEAGE, run: undefined, configModule: 'file:///srv/shop/holdfast.config.js' }
const NONE: Lineage = { run: undefined, root: undefined, chain: [] }

function link(pid: number, threadId = 0): Ancestor {
  return { pid, threadId }
}

describe('a lineage', () => {
  it('is four variables, and none for a context', () => {
    assert.deepEqual(encodeLineage(LINEAGE), {
      HOLDFAST_TREE_RUN: '/state/holdfast/shop/run',
      HOLDFAST_TREE_ROOT: formatProcessId(ownProcessId()),
      HOLDFAST_TREE_CHAIN: '4290,4312/2',
      HOLDFAST_TREE_CONFIG: '',
      HOLDFAST_TREE_CONTEXT: '',
    })
  })

  it('comes back from the environment, whole or in part', () => {
    for (const lineage of [LINEAGE, NONE, { ...LINEAGE, run: undefined }, { ...NONE, chain: LINEAGE.chain }, CONFIGURED])
      assert.deepEqual(decodeLineage(encodeLineage(lineage)), lineage)
    assert.deepEqual(decodeLineage({}), NONE)
  })

  it('comes back through the environment of a real process', () => {
    const lineage = { ...LINEAGE, run: '/tmp/a b\n"ä€😀' }
    const script = 'process.stdout.write(JSON.stringify(process.env))'

    const { stdout } = spawnSync(process.execPath, ['-e', script], {
      env: { ...process.env, ...childEnv({ lineage }) },
      encoding: 'utf8',
    })

    assert.deepEqual(decodeLineage(JSON.parse(stdout)), lineage)
  })

  it('does not throw on hostile variables, and gives only what it could have written', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.stringMatching(/^[\d,/]{0,40}$/),
      fc.string({ unit: 'binary' }),
      fc.constant(undefined),
    )
    const variables = fc.record({
      HOLDFAST_TREE_RUN: piece,
      HOLDFAST_TREE_ROOT: piece,
      HOLDFAST_TREE_CHAIN: piece,
      HOLDFAST_TREE_CONFIG: fc.oneof(piece, fc.webUrl(), fc.constant('file:///a b\n'), fc.constant('file:')),
      HOLDFAST_TREE_CONTEXT: piece,
    })

    fc.assert(
      fc.property(variables, (env) => {
        const lineage = decodeLineage(env)
        assert.deepEqual(decodeLineage(encodeLineage(lineage)), lineage)
        assert.ok(lineage.chain.length <= 8)
        takeContext({ ...env })
      }),
      { numRuns: 1000 },
    )
  })

  it('has no chain when any part of it makes no sense', () => {
    for (const chain of [
      '0',
      '-1',
      '1,',
      ',1',
      '1/',
      '/1',
      '1/2/3',
      '1 2',
      '99999999999',
      '3000000000',
      '1/3000000000',
      '1e3',
      `1${',1'.repeat(64)}`,
    ])
      assert.deepEqual(decodeLineage({ HOLDFAST_TREE_CHAIN: chain }).chain, [], chain)
  })

  it('keeps the newest 8 of a chain, when it is extended and when it is read', () => {
    const pids = Array.from({ length: 12 }, (_, index) => index + 1)

    const chain = pids.reduce<readonly Ancestor[]>((before, pid) => extendChain(before, link(pid)), [])

    assert.deepEqual(
      chain.map(({ pid }) => pid),
      [5, 6, 7, 8, 9, 10, 11, 12],
    )
    assert.deepEqual(decodeLineage({ HOLDFAST_TREE_CHAIN: pids.join(',') }).chain, chain)
  })

  it('names a process once, by the thread that is nearest', () => {
    const chain = [link(1), link(7), link(7, 2), link(7, 5), link(9), link(7)].reduce<readonly Ancestor[]>(extendChain, [])

    assert.deepEqual(chain, [link(1), link(7, 5), link(9), link(7)])
  })
})

describe('the context for a child', () => {
  const context = serializeContext(
    {
      fields: { jobId: 'batch-742', tenant: 'ä€😀\u0000\ud800\n' },
      level: undefined,
      trace: undefined,
      rendered: undefined,
      renderedWith: undefined,
    },
    { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 },
  )

  it('comes through the environment of a real process as it was', () => {
    const script = 'process.stdout.write(JSON.stringify(process.env))'
    const env = { ...process.env, ...childEnv({ lineage: LINEAGE, context }) }

    const { stdout } = spawnSync(process.execPath, ['-e', script], { env, encoding: 'utf8' })

    assert.deepEqual(takeContext(JSON.parse(stdout)), { ...context.fields, traceparent: context.traceparent })
  })

  it('is taken once, so that the children of the child do not inherit it', () => {
    const env: Record<string, string | undefined> = childEnv({ lineage: LINEAGE, context })

    assert.equal(takeContext(env)?.['jobId'], 'batch-742')
    assert.equal(takeContext(env), undefined)
    assert.ok(!('HOLDFAST_TREE_CONTEXT' in env))
  })

  it('is left out above 8 KiB, and not read above it', () => {
    const large = { version: 1 as const, fields: { text: 'ä'.repeat(4096) } }

    assert.equal(childEnv({ lineage: LINEAGE, context: large }).HOLDFAST_TREE_CONTEXT, '')
    assert.equal(takeContext({ HOLDFAST_TREE_CONTEXT: JSON.stringify(large) }), undefined)
  })

  it('always fits when it was serialised here', () => {
    const fields = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`key${index}`, '"\u0001ä'.repeat(20)]))
    const payload = serializeContext(
      { fields, level: undefined, trace: undefined, rendered: undefined, renderedWith: undefined },
      undefined,
    )

    assert.notEqual(childEnv({ lineage: LINEAGE, context: payload }).HOLDFAST_TREE_CONTEXT, '')
  })

  it('is nothing when it makes no sense', () => {
    for (const text of ['', '{', '[]', 'null', '{"version":2,"fields":{}}', '{"version":1,"fields":[]}'])
      assert.equal(takeContext({ HOLDFAST_TREE_CONTEXT: text }), undefined, text)
  })
})

describe('publishing a lineage', () => {
  it('replaces what was inherited, and can be taken back', () => {
    const inherited = encodeLineage({ ...CONFIGURED, run: '/state/holdfast/shop/run' })
    const env: Record<string, string | undefined> = { ...inherited, PATH: '/bin' }
    const before = { ...env }
    delete before['HOLDFAST_TREE_CONTEXT']

    const undo = publishLineage({ ...LINEAGE, run: undefined, chain: [link(7)] }, env)
    assert.deepEqual(env, { PATH: '/bin', HOLDFAST_TREE_ROOT: formatProcessId(ownProcessId()), HOLDFAST_TREE_CHAIN: '7' })
    undo()

    assert.deepEqual(env, before)
  })
})
