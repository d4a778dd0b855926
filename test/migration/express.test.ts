import assert from 'node:assert/strict'
import { once } from 'node:events'
import { request as httpRequest, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it, type TestContext } from 'node:test'
import type { Express } from 'express'
import { captureLogs } from 'holdfast/testing'
import { PATIENCE_MS } from '../fixtures/patience.js'
import { importRecipe } from './recipe.js'

const { buildApp } = await importRecipe<{ buildApp(): Express }>('docs/recipes/express.md', 'build-app.ts', 'request-context.ts')
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'

async function serve(test: TestContext, app: Express): Promise<string> {
  const server: Server = app.listen(0)
  test.after(() => server.close())
  await once(server, 'listening')
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

function order(url: string, n: number, headers: Record<string, string> = {}): Promise<Response> {
  const all = { 'content-type': 'application/json', 'x-request-id': `req-${n}`, ...headers }
  return fetch(`${url}/orders`, { method: 'POST', headers: all, body: JSON.stringify({ items: n }) })
}

describe('Express with the middleware of the recipe', () => {
  it('gives handlers behind a body parser the context of their own request, and the trace of the caller', async (test) => {
    using logs = captureLogs()
    const url = await serve(test, buildApp())

    await Promise.all(Array.from({ length: 20 }, (_, n) => order(url, n, { traceparent: `00-${TRACE}-00f067aa0ba902b7-01` })))

    const placed = logs.filter({ message: 'order placed', trace_id: TRACE })
    assert.equal(placed.length, 20)
    assert.ok(placed.every(({ context, extra }) => context.request_id === `req-${extra?.['items']}`))
  })

  it('writes one event for each request when it is over', async (test) => {
    using logs = captureLogs()
    const url = await serve(test, buildApp())

    const response = await order(url, 7)
    await logs.waitFor('request')

    assert.equal(response.headers.get('x-request-id'), 'req-7')
    const { context, extra } = logs.expect('request')
    assert.deepEqual(
      [context.request_id, { ...extra, ms: 0 }],
      ['req-7', { method: 'POST', url: '/orders', status: 201, ms: 0, aborted: false }],
    )
  })

  it('logs the error of a handler with its request', async (test) => {
    using logs = captureLogs()
    const url = await serve(test, buildApp())

    await fetch(`${url}/broken`, { headers: { 'x-request-id': 'req-9' } })
    await logs.waitFor('request')

    logs.expect({ level: 'error', message: 'request failed', error: 'too large', context: { request_id: 'req-9' } })
    logs.expect({ message: 'request', extra: { status: 500 } })
  })

  it('tells of a request that its client gave up', async (test) => {
    using logs = captureLogs()
    const app = buildApp()
    const url = await serve(test, app)
    const request = httpRequest(`${url}/orders`, {
      method: 'POST',
      headers: { 'content-length': '10', 'content-type': 'application/json' },
    })
    request.once('error', () => undefined)

    request.write('{')
    setTimeout(() => request.destroy(), 50)

    assert.equal((await logs.waitFor('request', { timeoutMs: PATIENCE_MS })).extra?.['aborted'], true)
  })

  it('makes an id of its own in place of one that is none', async (test) => {
    using logs = captureLogs()
    const url = await serve(test, buildApp())

    const response = await order(url, 1, { 'x-request-id': 'a b' })
    await logs.waitFor('request')

    assert.match(response.headers.get('x-request-id') ?? '', /^[\da-f-]{36}$/)
    assert.equal(logs.expect('order placed').context.request_id, response.headers.get('x-request-id'))
  })
})
