import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Registry } from '../dist/registry.js'
import { runCommand } from '../dist/run-command.js'

const KEY = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\my service'

/** A registry that knows keys with their values; `isReadOnly` is one without an administrator. */
class FakeRegistry {
  readonly keys = new Map<string, Map<string, string>>()
  readonly calls: (readonly string[])[] = []
  isReadOnly = false

  readonly run: Registry = (args) => {
    this.calls.push(args)
    const [verb, key = '', ...rest] = args
    if (verb === 'query') return this.#query(key, rest[1])
    if (this.isReadOnly) return { isDone: false, output: 'ERROR: Access is denied.' }
    if (verb === 'delete') return { isDone: this.keys.delete(key), output: '' }
    const values = this.keys.get(key) ?? new Map<string, string>()
    this.keys.set(key, values.set(rest[1] ?? '', rest[5] ?? ''))
    return { isDone: true, output: '' }
  }

  #query(key: string, value: string | undefined) {
    const values = this.keys.get(key)
    const isDone = values !== undefined && (value === undefined || values.has(value))
    return { isDone, output: isDone ? `${key} is there` : 'ERROR: not found' }
  }
}

function run(registry: FakeRegistry, ...args: readonly string[]) {
  return runCommand(args, 'win32', registry.run)
}

describe('register', () => {
  it('names files of Windows that show the first string, expanded by Windows and not by a shell', () => {
    const registry = new FakeRegistry()

    const { code } = run(registry, 'register', 'my service')

    assert.equal(code, 0)
    assert.deepEqual(Object.fromEntries(registry.keys.get(KEY) ?? []), {
      EventMessageFile:
        '%SystemRoot%\\Microsoft.NET\\Framework64\\v4.0.30319\\EventLogMessages.dll;%SystemRoot%\\System32\\EventCreate.exe',
      TypesSupported: '7',
      RegisteredBy: '@holdfast/eventlog',
    })
    assert.deepEqual(
      registry.calls.filter(([verb]) => verb === 'add').map((call) => call[5]),
      ['REG_EXPAND_SZ', 'REG_DWORD', 'REG_SZ'],
    )
  })

  it('may be done again, and takes another log and message file', () => {
    const registry = new FakeRegistry()
    run(registry, 'register', 'my service')

    assert.equal(run(registry, 'register', 'my service').code, 0)
    assert.equal(run(registry, 'register', 's', '--log', 'Encoder', '--message-file', 'C:\\m.dll').code, 0)
    assert.equal(registry.keys.get(KEY.replace('Application\\my service', 'Encoder\\s'))?.get('EventMessageFile'), 'C:\\m.dll')
  })

  it('needs an administrator, and says so', () => {
    const registry = new FakeRegistry()
    registry.isReadOnly = true

    const { code, text } = run(registry, 'register', 'my service')

    assert.equal(code, 1)
    assert.match(text, /Access is denied\.\nThis needs an administrator/)
  })

  it('leaves the source of another program alone unless forced', () => {
    const registry = new FakeRegistry()
    registry.keys.set(KEY, new Map([['EventMessageFile', 'C:\\theirs.dll']]))

    const { code, text } = run(registry, 'register', 'my service')

    assert.equal(code, 1)
    assert.match(text, /another program/)
    assert.equal(registry.keys.get(KEY)?.get('EventMessageFile'), 'C:\\theirs.dll')
    assert.equal(run(registry, 'register', 'my service', '--force').code, 0)
  })

  for (const name of ['a\\b', ' ', 'a\u0000b', 'x'.repeat(256)]) {
    it(`refuses the name ${JSON.stringify(name.slice(0, 10))}`, () => {
      const registry = new FakeRegistry()

      assert.equal(run(registry, 'register', name).code, 1)
      assert.equal(run(registry, 'register', 'fine', '--log', name).code, 1)
      assert.deepEqual(registry.calls, [])
    })
  }
})

describe('remove', () => {
  it('takes back what register did, and nothing that another program did', () => {
    const registry = new FakeRegistry()
    run(registry, 'register', 'my service')
    const theirs = KEY.replace('my service', 'theirs')
    registry.keys.set(theirs, new Map())

    assert.equal(run(registry, 'remove', 'my service').code, 0)
    assert.equal(run(registry, 'remove', 'theirs').code, 1)
    assert.deepEqual([...registry.keys.keys()], [theirs])
  })

  it('is done when there is nothing to remove', () => {
    assert.equal(run(new FakeRegistry(), 'remove', 'my service').code, 0)
  })
})

describe('status', () => {
  it('says whether a source is registered, by its exit code too', () => {
    const registry = new FakeRegistry()
    const before = run(registry, 'status', 'my service')
    run(registry, 'register', 'my service')

    assert.deepEqual([before.code, run(registry, 'status', 'my service').code], [1, 0])
    assert.match(before.text, /not registered/)
  })
})

describe('the command line', () => {
  for (const args of [
    [],
    ['register'],
    ['rename', 'a'],
    ['register', 'a', 'b'],
    ['toString', 'a'],
    ['register', 'a', '--loud'],
  ]) {
    it(`explains itself when it does not understand ${JSON.stringify(args)}`, () => {
      const { code, text } = run(new FakeRegistry(), ...args)

      assert.equal(code, 2)
      assert.match(text, /npx @holdfast\/eventlog register SOURCE/)
    })
  }

  it('explains itself when asked', () => {
    assert.equal(run(new FakeRegistry(), '--help').code, 0)
  })

  it('refuses politely on another system', () => {
    const registry = new FakeRegistry()

    const { code, text } = runCommand(['register', 'a'], 'linux', registry.run)

    assert.deepEqual([code, registry.calls], [2, []])
    assert.match(text, /Nothing was done/)
  })
})
