import assert from 'node:assert/strict'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import { get } from 'holdfast'
import { captureLogs } from 'holdfast/testing'
import { importRecipe } from './recipe.js'

const { buildApp } = await importRecipe<{ buildApp(): FastifyInstance }>('docs/recipes/fastify.md', 'build-app.ts')
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const TRACEPARENT = `00-${TRACE}-00f067aa0ba902b7-01`
const log = get('orders')

describe('Fastify with a logger of ours', () => {
  it('takes it as it is typed', () => {
    const logger: FastifyBaseLogger = log

    assert.equal(typeof logger.child({}, { level: 'debug' }).info, 'function')
  })

  it('writes its request lines, with reqId and what its serializers make of requests', async () => {
    using logs = captureLogs()
    const app = buildApp()
    app.get('/', async () => 'ok')

    await app.inject({ url: '/', headers: { 'x-request-id': 'req-18' } })

    assert.deepEqual(
      logs.records.map(({ logger, level, message }) => `${logger} ${level} ${message}`),
      ['http INFO incoming request', 'http INFO request completed'],
    )
    logs.expect({
      message: 'incoming request',
      extra: { reqId: 'req-18', req: { method: 'GET', url: '/', remoteAddress: '127.0.0.1' } },
    })
    const completed = logs.expect({ message: 'request completed', extra: { reqId: 'req-18', res: { statusCode: 200 } } })
    assert.equal(typeof completed.extra?.['responseTime'], 'number')
  })

  it('gives everything behind the hook the id and the trace of its request, also over real sockets with a body', async () => {
    using logs = captureLogs()
    const app = buildApp()
    app.post('/orders/:n', async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 1))
      log.info('own', { body: request.body })
      request.log.info({ n: 1 }, 'of the request')
      return 'ok'
    })
    await app.listen({ port: 0 })
    const url = `http://localhost:${(app.server.address() as AddressInfo).port}`

    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        fetch(`${url}/orders/${n}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-request-id': `req-${n}`, traceparent: TRACEPARENT },
          body: JSON.stringify({ n }),
        }),
      ),
    )
    await app.close()

    const own = logs.filter('own')
    assert.equal(own.length, 20)
    for (const { context, extra, trace_id } of own) {
      assert.equal(context.request_id, `req-${Reflect.get(Object(extra?.['body']), 'n')}`)
      assert.equal(trace_id, TRACE)
    }
    const inner = logs.filter({ message: 'of the request', extra: { n: 1 }, trace_id: TRACE })
    assert.equal(inner.length, 20)
    assert.ok(inner.every(({ context, extra }) => context.request_id === extra?.['reqId']))
  })

  it('makes an id of its own for a request without one, or with one that is none', async () => {
    using logs = captureLogs()
    const app = buildApp()
    app.get('/', async () => 'ok')

    const without = await app.inject({ url: '/' })
    await app.inject({ url: '/', headers: { 'x-request-id': 'x'.repeat(129) } })

    const ids = logs.filter('request completed').map(({ context }) => context.request_id ?? '')
    assert.equal(without.headers['x-request-id'], ids[0])
    for (const id of ids) assert.match(id, /^[\da-f-]{36}$/)
  })

  it('keeps to the level of a route, up and down', async () => {
    using logs = captureLogs({ level: 'info' })
    const app = buildApp()
    app.get('/quiet', { logLevel: 'error' }, async (request) => {
      request.log.info('hidden')
      request.log.error('shown')
      return request.log.level
    })
    app.get('/loud', { logLevel: 'debug' }, async (request) => request.log.debug('shown for this route'))
    app.get('/silent', { logLevel: 'silent' }, async (request) => request.log.fatal('hidden, too'))

    const quiet = await app.inject({ url: '/quiet' })
    await app.inject({ url: '/loud' })
    await app.inject({ url: '/silent' })

    assert.equal(quiet.body, 'error')
    assert.deepEqual(logs.messages, ['shown', 'incoming request', 'shown for this route', 'request completed'])
  })

  it('follows serializers of a route', async () => {
    using logs = captureLogs()
    const app = buildApp()
    const logSerializers = { user: ({ id }: { id: number }) => ({ id }) }
    app.get('/', { logSerializers }, async (request) => request.log.info({ user: { id: 7, name: 'ann' } }, 'who'))

    await app.inject({ url: '/' })

    assert.deepEqual(logs.expect('who').extra?.['user'], { id: 7 })
  })

  it('has the errors of handlers as errors, with stack and cause', async () => {
    using logs = captureLogs()
    const app = buildApp()
    app.get('/', async () => {
      throw new RangeError('too large', { cause: new Error('inner') })
    })

    const { statusCode } = await app.inject({ url: '/' })

    assert.equal(statusCode, 500)
    const { error, extra } = logs.expect({
      level: 'error',
      message: 'too large',
      extra: { res: { statusCode: 500 }, err: undefined },
    })
    assert.equal(error?.type, 'RangeError')
    assert.match(error?.stack ?? '', /fastify\.test/)
    assert.match(JSON.stringify(error?.cause), /"message":"inner"/)
    assert.equal(extra?.['reqId'] === undefined, false)
  })

  it('lets its own level be read and set', async () => {
    using logs = captureLogs({ level: 'info' })
    const app = buildApp()

    assert.equal(app.log.level, 'info')
    app.log.level = 'trace'
    app.log.trace('now')

    assert.deepEqual(logs.messages, ['now'])
  })
})
