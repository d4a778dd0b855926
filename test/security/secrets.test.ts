import assert from 'node:assert/strict'
import { channel } from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import { createServer, get as httpGet } from 'node:http'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { inspect } from 'node:util'
import type { LogEvent, Logger } from '@holdfast/api'
import { consoleAdapter } from '@holdfast/console'
import { DIAGNOSTICS_CHANNEL, makeRuntime, type Runtime, type RuntimeConfig } from '@holdfast/core'
import { fileAdapter } from '@holdfast/file'
import { type WatchedMemory, watchMemory } from '../fixtures/ring-memory.js'
import { makeSecrets, makeSecretValues, NAMED_PLACES, TEXT_PLACES } from '../fixtures/secrets.js'
import { ended, HOLDFAST, startScript, temporaryFolder } from '../fixtures/spawn.js'

/** A runtime with every way out of the process, and all of them in one text. */
interface Leak {
  readonly runtime: Runtime
  readonly log: Logger
  /** Where this text can be read, by the name of the way out. */
  find(canary: string): readonly string[]
  readonly file: () => string
}

function makeLeak(test: TestContext, config: RuntimeConfig = {}): Leak {
  const folder = temporaryFolder(test)
  const path = (name: string): string => join(folder, `${name}.log`)
  const shown: Record<string, string> = {}
  const stream = (name: string) => ({
    write: (text: string): void => {
      shown[name] = (shown[name] ?? '') + text
    },
  })
  const diagnostics: unknown[] = []
  const published: unknown[] = []
  const memory: WatchedMemory & Disposable = watchMemory()
  const runtime = makeRuntime({
    service: 'svc',
    ...config,
    adapters: [
      fileAdapter({ path: path('json') }),
      fileAdapter({ name: 'text', path: path('text'), format: 'text' }),
      consoleAdapter({ name: 'json', format: 'json', stream: stream('json') }),
      consoleAdapter({ name: 'pretty', format: 'pretty', preset: 'full', color: 'always', stream: stream('pretty') }),
      consoleAdapter({
        name: 'own',
        format: (event: LogEvent) => inspect(event, { depth: 20, maxStringLength: null }),
        stream: stream('own'),
      }),
    ],
    diagnosticHook: (...diagnostic) => diagnostics.push(diagnostic),
  })
  const hear = (message: unknown): void => void published.push(message)
  channel(DIAGNOSTICS_CHANNEL).subscribe(hear)
  test.after(async () => {
    channel(DIAGNOSTICS_CHANNEL).unsubscribe(hear)
    memory[Symbol.dispose]()
    await runtime.shutdown()
  })
  const texts = (): Record<string, string> => ({
    'the JSON file': readFileSync(path('json'), 'utf8'),
    'the text file': readFileSync(path('text'), 'utf8'),
    ...Object.fromEntries(Object.entries(shown).map(([name, text]) => [`the ${name} console`, text])),
    'the diagnostics': JSON.stringify(diagnostics),
    'the diagnostics channel': JSON.stringify(published),
    'inspect()': JSON.stringify([runtime.inspect(), runtime.severitySnapshot()]),
    'the memory of the ring': memory.text(),
  })
  return {
    runtime,
    log: runtime.get('secrets'),
    file: () => readFileSync(path('json'), 'utf8'),
    find: (canary) => Object.entries(texts()).flatMap(([name, text]) => (text.includes(canary) ? [name] : [])),
  }
}

describe('secrets', () => {
  it('are found in every way out when nothing is scrubbed, so that these tests can fail', (test) => {
    const { log, find } = makeLeak(test, { scrub: false })

    log.info('password=hunter2')

    const places = find('hunter2')
    assert.deepEqual(
      places.filter((place) => !/diagnostics|inspect/.test(place)),
      ['the JSON file', 'the text file', 'the json console', 'the pretty console', 'the own console', 'the memory of the ring'],
    )
  })

  let number = 1000
  for (const [placeName, plant] of Object.entries(TEXT_PLACES)) {
    it(`never leave the process in ${placeName}`, (test) => {
      const { runtime, log, find } = makeLeak(test)
      const planted = makeSecrets(String(number++))

      for (const { text } of planted) plant({ runtime, log }, text)

      const leaks = planted.flatMap(({ kind, canary }) => find(canary).map((way) => `${kind} in ${way}`))
      assert.deepEqual(leaks, [])
    })
  }

  for (const [placeName, plant] of Object.entries(NAMED_PLACES)) {
    it(`never leave the process under their name in ${placeName}, whatever their type`, (test) => {
      const { runtime, log, find } = makeLeak(test)
      const values = makeSecretValues(String(number++))

      for (const name of ['password', 'X-Api-Key', 'Authorization', 'set-cookie', 'stripe_api_key_live']) {
        for (const [, value] of values) plant({ runtime, log }, name, value)
      }

      const leaks = values.flatMap(([kind, , canary]) => find(canary).map((way) => `${kind} in ${way}`))
      assert.deepEqual(leaks, [])
    })
  }

  it('never leave the process in headers of any kind', async (test) => {
    const { log, find } = makeLeak(test)
    const server = createServer((req, res) => {
      res.setHeader('Set-Cookie', 'sid=Cn4ryResponse')
      log.info('m', { req, res, headers: req.headers, raw: req.rawHeaders, distinct: req.headersDistinct })
      res.end()
    }).listen(0)
    test.after(() => server.close())
    const { port } = server.address() as { port: number }
    const headers = { authorization: 'Digest Cn4ryRequest', cookie: 'sid=Cn4ryRequest', 'x-api-key': 'Cn4ryRequest' }

    log.info('m', { headers: new Headers(headers), list: Object.entries(headers), flat: Object.entries(headers).flat() })
    log.info('m', {
      req: new Request('https://a:Cn4ryRequest@example.com/?token=Cn4ryRequest'.replace('a:Cn4ryRequest@', ''), { headers }),
    })
    log.info('m', { res: new Response('', { headers }), response: new Response('', { headers }) })
    await new Promise<void>((resolve) => {
      httpGet({ port, headers, agent: false, path: '/?api_key=Cn4ryRequest' }, (res) => {
        log.info('m', { res, rawHeaders: res.rawHeaders, headers: res.headers })
        res.resume().once('end', resolve)
      })
    })

    assert.deepEqual([...find('Cn4ryRequest'), ...find('Cn4ryResponse')], [])
  })

  it('never leave the process in what stages add and in what stages throw', (test) => {
    const { log, find } = makeLeak(test, {
      stages: [
        (draft) => ({
          ...draft,
          message: `${draft.message} password=Cn4ryStage1`,
          fields: { token: 'Cn4ryStage2', note: 'pwd=Cn4ryStage3' },
        }),
        (draft) => ({ ...draft, error: new Error('secret: Cn4ryStage4') }),
        function named() {
          throw new Error('Bearer Cn4ryStage5.abc password=Cn4ryStage6')
        },
      ],
      serializers: { thing: () => ({ password: 'Cn4rySerial1', note: 'token=Cn4rySerial2' }) },
      traceProvider: () => {
        throw new Error('apiKey=Cn4ryTrace')
      },
    })

    log.info('m', { thing: 1 })
    log.info('m')

    for (const canary of ['Cn4ryStage', 'Cn4rySerial', 'Cn4ryTrace']) assert.deepEqual(find(canary), [], canary)
  })

  it('never leave the process in the diagnostics of an adapter that fails', async (test) => {
    const diagnostics: unknown[] = []
    const failing = {
      name: 'failing',
      write: () => undefined,
      writeSync(): void {
        throw Object.assign(new Error('connect failed: postgres://app:Cn4ryUrl@db/x password=Cn4ryWord'), {
          code: 'E_token=Cn4ryCode',
        })
      },
      health: () => ({ state: 'down' as const, reason: 'refused Bearer Cn4ryHealth.abc' }),
    }
    const runtime = makeRuntime({ adapters: [failing], diagnosticHook: (...diagnostic) => diagnostics.push(diagnostic) })
    test.after(() => runtime.shutdown({ timeoutMs: 1 }))

    for (let i = 0; i < 4; i++) runtime.get('app').info('m')

    assert.doesNotMatch(JSON.stringify([diagnostics, runtime.inspect()]), /Cn4ry/)
    assert.match(JSON.stringify(diagnostics), /connect failed/)
  })

  it('never leave the process in summaries of the rate limit', (test) => {
    const { runtime, find } = makeLeak(test, { rateLimit: { maxEvents: 1, intervalMs: 1 } })
    const log = runtime.get('worker?token=Cn4ryRate')
    log.info('m')

    for (let i = 0; i < 20_000 && (i % 100 > 0 || find('events suppressed').length === 0); i++) log.info('m')

    assert.notDeepEqual(find('events suppressed'), [])
    assert.deepEqual(find('Cn4ryRate'), [])
  })

  it('never leave the process in what it says on stderr by itself, or in events from before init', async (test) => {
    const path = join(temporaryFolder(test), 'app.log')
    const script = `
      import { init, get, bind, fileAdapter } from '${HOLDFAST}'
      const log = get('early?token=Cn4ryLogger')
      log.info('password=Cn4ryEarly', { secret: 'Cn4ryEarly', note: 'pwd=Cn4ryEarly' })
      bind({ apiKey: 'Cn4ryEarly' }, () => log.error(new Error('token: Cn4ryEarly')))
      if (process.argv[1] === 'never') process.exit()
      init({
        service: 'test',
        adapters: [fileAdapter({ path: ${JSON.stringify(path)} }), { name: 'bad', write() {}, writeSync() { throw new Error('Bearer Cn4ryAdapter.abc') } }],
        stages: [() => { throw new Error('password=Cn4ryStage') }],
        traceProvider: () => { throw new Error('password=Cn4ryTrace') },
        diagnosticHook: process.argv[1] === 'hook' ? () => { throw new Error('password=Cn4ryHook') } : undefined,
        lastWords: { budgetMs: 50 },
      })
      for (let i = 0; i < 5; i++) log.info('pwd=Cn4ryLate')
      process.exit()`

    const results = await Promise.all(['none', 'hook', 'never'].map((way) => ended(startScript(script, { args: [way] }))))

    for (const { stderr, code } of results) {
      assert.equal(code, 0, stderr)
      assert.match(stderr, /holdfast: /)
      assert.doesNotMatch(stderr, /Cn4ry/)
    }
    assert.match(readFileSync(path, 'utf8'), /"password=\[REDACTED\]"/)
    assert.doesNotMatch(readFileSync(path, 'utf8'), /Cn4ry/)
  })

  it('are kept by no cache once the call is over', async () => {
    const script = `
      import { getHeapSnapshot } from 'node:v8'
      import { createRuntime } from '${HOLDFAST}'
      const runtime = createRuntime({ adapters: [{ name: 'x', write() {}, writeSync() {} }], diagnosticHook() {} })
      const log = runtime.get('app')
      const part = String(process.hrtime.bigint())
      const flat = (text) => Buffer.from(text).toString() // a snapshot shows no text that is still in pieces
      function plant(prefix) {
        const canary = flat(prefix + part)
        for (let i = 0; i < 3; i++) {
          log.info('password=' + canary, { password: canary, note: 'token=' + canary, ['pwd=' + canary]: 1 })
          log.error('m', new Error('secret: ' + canary, { cause: new Error('token=' + canary) }))
          log.with({ token: canary }).info('m')
          runtime.bind({ apiKey: canary }, () => log.info('m'))
        }
      }
      plant('Cn4' + 'ry')
      const kept = [flat('K3' + 'pt' + part)] // shows that the search finds what is there
      for (let i = 0; i < 3; i++) log.info('harmless', { a: 1 }), /x/.exec('x')
      let text = ''
      for await (const chunk of getHeapSnapshot()) text += chunk
      console.log(text.includes('K3' + 'pt' + part), text.includes('Cn4' + 'ry' + part), kept.length)`

    const { stdout, stderr } = await ended(startScript(script))

    assert.equal(stdout.trim(), 'true false 1', stderr)
  })

  it('are told from what only looks like them', (test) => {
    const { log, file } = makeLeak(test)
    const fields = {
      tokens_used: 153,
      author: 'ann',
      authority: 'x',
      key: 'k',
      publicKey: 'p',
      max_tokens: 5,
      passwordLength: 8,
      hasPassword: true,
      order: 4111111111111112,
      order_text: 'order 4111111111111112',
      at: 1763640000000,
      ns: '1763640000000000000',
      uuid: '0193f2a4-1111-4222-8333-444455556666',
      commit: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b',
      sha: 'a'.repeat(64),
      prose: 'basic authentication failed, bearer token missing',
      url: 'https://example.com:8080/@ann?page=2',
      ssh: 'git@github.com:a/b.git',
    }

    log.info('tokens_used=153', fields)

    assert.deepEqual(JSON.parse(file()).extra, fields)
    assert.doesNotMatch(file(), /REDACTED/)
  })

  it('stay when scrubbing is switched off', (test) => {
    const { log, file } = makeLeak(test, { scrub: false })

    log.info('password=a', { password: 'b', card: 4111111111111111, note: 'Bearer abcdef' })

    assert.match(file(), /"message":"password=a".*"extra":\{"password":"b","card":4111111111111111,"note":"Bearer abcdef"\}/)
  })

  it('are those that the options say', (test) => {
    const line = (scrub: RuntimeConfig['scrub']): LogEvent => {
      const { runtime, log, file } = makeLeak(test, scrub === undefined ? {} : { scrub })
      runtime.bind({ tenant: 'acme' }, () =>
        log.info('iban AT611904300234573201', {
          session_id: 's',
          password: 'p',
          pageToken: 't',
          user: { pin: 1, birthday: 'b' },
          note: 'token=n',
        }),
      )
      return JSON.parse(file()) as LogEvent
    }

    assert.equal(line({ keys: ['session_id'] }).extra?.['session_id'], '[REDACTED]')
    assert.equal(line({ keys: ['!pageToken'] }).extra?.['pageToken'], 't')
    assert.equal(line({ keys: ['!password'] }).extra?.['password'], 'p')
    assert.equal(line({ keys: ['tenant'] }).context.extra?.['tenant'], '[REDACTED]')
    assert.deepEqual(line({ paths: ['extra.user.birthday', 'context.extra.tenant'] }).extra?.['user'], {
      pin: '[REDACTED]',
      birthday: '[REDACTED]',
    })
    assert.equal(line({ paths: ['context.extra.tenant'] }).context.extra?.['tenant'], '[REDACTED]')
    assert.equal(line({ paths: ['message'] }).message, '[REDACTED]')
    assert.equal(line({ patterns: [/AT\d{18}/] }).message, 'iban [REDACTED]')
    assert.equal(line({ replacement: '***' }).extra?.['password'], '***')
    assert.equal(line({ values: false }).extra?.['note'], 'token=n')
    assert.equal(line({ values: false }).extra?.['password'], '[REDACTED]')
  })

  it('are those that the environment says', async () => {
    const script = `
      import { init, get, consoleAdapter } from '${HOLDFAST}'
      init({ service: 'test', adapters: [consoleAdapter({ stream: 'stdout', format: 'json' })] })
      get('app').info('password=m', { session_id: 's', password: 'p', user: { birthday: 'b' }, note: 'token=n' })`
    const line = async (env: NodeJS.ProcessEnv): Promise<string> => (await ended(startScript(script, { env }))).stdout

    const [keys, paths, values, replacement, off, legacy] = await Promise.all([
      line({ HOLDFAST_SCRUB_KEYS: 'session_id,!password' }),
      line({ HOLDFAST_SCRUB_PATHS: 'extra.user.birthday' }),
      line({ HOLDFAST_SCRUB_VALUES: 'false' }),
      line({ HOLDFAST_SCRUB_REPLACEMENT: '***' }),
      line({ HOLDFAST_SCRUB: 'false' }),
      line({ LOG_SCRUB_PATTERNS: 'session_id=.*' }),
    ])

    assert.match(keys, /"session_id":"\[REDACTED\]","password":"p"/)
    assert.match(paths, /"birthday":"\[REDACTED\]"/)
    assert.match(values, /"message":"password=m".*"password":"\[REDACTED\]"/)
    assert.match(replacement, /"message":"password=\*\*\*".*"password":"\*\*\*"/)
    assert.match(off, /"message":"password=m".*"password":"p"/)
    assert.match(legacy, /"session_id":"\[REDACTED\]"/)
  })

  it('make init fail when an option about them cannot be understood, even where other mistakes pass', async () => {
    const script = `import { init } from '${HOLDFAST}'; init({ service: 'test', adapters: [], env: 'lenient' })`

    for (const env of [
      { HOLDFAST_SCRUB: 'maybe' },
      { HOLDFAST_SCRUB_PATHS: 'user..pin' },
      { HOLDFAST_SCRUB_VALUES: 'x' },
      { HOLDFAST_SCRUB_KYES: 'a' },
    ]) {
      const { code, stderr } = await ended(startScript(script, { env }))
      assert.equal(code, 1, JSON.stringify(env))
      assert.match(stderr, new RegExp(Object.keys(env)[0] as string))
    }
  })
})
