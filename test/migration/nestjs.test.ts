import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, it } from 'node:test'
import { transformSync } from 'esbuild'
import type { LogEvent } from 'holdfast'
import { PATIENCE_MS } from '../fixtures/patience.js'
import { NO_REGISTRY, PeerProject } from '../fixtures/peer-project.js'
import { cleanEnv, ended, said } from '../fixtures/spawn.js'
import { recipeSource } from './recipe.js'

const PAGE = 'docs/recipes/nestjs.md'
const VERSION = '12.5.1'
const peers = PeerProject.install({
  '@nestjs/common': VERSION,
  '@nestjs/core': VERSION,
  '@nestjs/platform-express': VERSION,
  'reflect-metadata': '0.2.2',
  rxjs: '7.8.2',
})

const APP = `
import { Controller, Get, Logger, Module } from '@nestjs/common'
import { get } from 'holdfast'

@Controller('orders')
class OrdersController {
  readonly logger = new Logger('OrdersController')

  @Get('placed')
  async placed() {
    this.logger.log('order placed')
    this.logger.warn({ message: 'slow', ms: 812 })
    this.logger.error('with a stack', 'Error: with a stack\\n    at somewhere:1:1')
    this.logger.error(new RangeError('with an error'))
    this.logger.verbose('hidden')
    get('orders.db').info('query', { ms: 12 })
    return 'ok'
  }

  @Get('broken')
  broken() {
    throw new TypeError('broken')
  }
}

@Module({ controllers: [OrdersController] })
export class AppModule {}
`

describe('NestJS with the logger of the recipe', () => {
  it('logs what Nest logs, what its loggers are given, and the errors of handlers, with the context of the request', async (test) => {
    if (peers === undefined) return test.skip(NO_REGISTRY)
    const tsconfigRaw = { compilerOptions: { experimentalDecorators: true } }
    const cwd = peers.blank({
      'main.js': recipeSource(PAGE, 'main.ts'),
      'holdfast-logger.js': recipeSource(PAGE, 'holdfast-logger.ts'),
      'request-context.js': recipeSource('docs/recipes/express.md', 'request-context.ts'),
      'app.module.js': transformSync(APP, { loader: 'ts', format: 'esm', target: 'es2022', tsconfigRaw }).code,
    })
    const port = await freePort()
    const child = spawn(process.execPath, ['main.js'], {
      cwd,
      env: cleanEnv({ PORT: String(port), LOG_PRESET: 'container' }),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    test.after(() => child.kill('SIGKILL'))
    const end = ended(child)
    await said(child, 'successfully started')

    const url = `http://localhost:${port}/orders`
    await untilItAnswers(url)
    await fetch(`${url}/placed`, { headers: { 'x-request-id': 'req-18' } })
    const { status } = await fetch(`${url}/broken`, { headers: { 'x-request-id': 'req-19' } })
    child.kill('SIGTERM')
    const { stdout, stderr } = await end

    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as LogEvent)
    const of = (id: string): readonly unknown[] =>
      events
        .filter(({ context }) => context.request_id === id)
        .map(({ level, logger, message, error }) => [level, logger, message, error?.type])
    assert.equal(status, 500)
    assert.equal(stderr, '')
    assert.ok(events.some(({ logger, message }) => logger === 'nest.NestFactory' && message === 'Starting Nest application...'))
    assert.ok(!events.some(({ logger }) => logger === 'nest.RoutesResolver'))
    assert.deepEqual(of('req-18'), [
      ['INFO', 'nest.OrdersController', 'order placed', undefined],
      ['WARNING', 'nest.OrdersController', 'slow', undefined],
      ['ERROR', 'nest.OrdersController', 'with a stack', 'Error'],
      ['ERROR', 'nest.OrdersController', 'with an error', 'RangeError'],
      ['INFO', 'orders.db', 'query', undefined],
      ['INFO', 'http', 'request', undefined],
    ])
    assert.deepEqual(of('req-19'), [
      ['ERROR', 'nest.ExceptionsHandler', 'broken', 'TypeError'],
      ['INFO', 'http', 'request', undefined],
    ])
    assert.match(events.find(({ message }) => message === 'with a stack')?.error?.stack ?? '', /somewhere:1:1/)
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** Nest says that it has started before it listens. */
async function untilItAnswers(url: string): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    try {
      await fetch(url)
      return
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
