import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { extendContext } from '../dist/context/bound-context.js'
import { makeEncoder } from './encode-fixture.js'

/** An object that counts how often its keys are asked for: of a large one, that is most of what it costs. */
function counting(size: number): { readonly value: object; readonly looks: () => number } {
  let looks = 0
  const keys = Array.from({ length: size }, (_, i) => `key${i}`)
  const value = new Proxy(Object.fromEntries(keys.map((key) => [key, 1])), {
    ownKeys: (target) => {
      looks++
      return Reflect.ownKeys(target)
    },
  })
  return { value, looks: () => looks }
}

const PLACES: Readonly<Record<string, (value: object) => void>> = {
  'a field': (value) => makeEncoder().extra({ value }),
  'an item of an array': (value) => makeEncoder().extra({ a: [value] }),
  'a value of a Map': (value) => makeEncoder().extra({ a: new Map([['b', value]]) }),
  'the fields of a call': (value) => makeEncoder().extra(value),
  'the fields of a child logger': (value) => makeEncoder().encoder.bound('test', [value]),
  'the error of a call': (value) => makeEncoder().error(value),
  'what is bound': (value) => extendContext(undefined, value, undefined),
  'extra fields that are bound': (value) => extendContext(undefined, { extra: value }, undefined),
}

describe('a very large object', () => {
  for (const [title, put] of Object.entries(PLACES)) {
    it(`is asked for its keys once when it is ${title}`, () => {
      const { value, looks } = counting(5000)

      put(value)

      assert.equal(looks(), 1)
    })
  }
})

describe('very long input', () => {
  it('of URLSearchParams is cut as any text is, and what is shown is the beginning', () => {
    const { extra } = makeEncoder()
    const long = new URLSearchParams('key=value&'.repeat(100_000))
    const short = new URLSearchParams('a=1&b=x y')

    const shown = extra({ long, short })

    assert.match(String(shown['long']), /^(?:key=value&)+.*…\[truncated\]$/)
    assert.equal(shown['short'], 'a=1&b=x+y')
  })

  it('of a single pair of URLSearchParams is cut, too', () => {
    const shown = makeEncoder().extra({ a: new URLSearchParams({ key: 'x'.repeat(1 << 20) }) })

    assert.match(String(shown['a']), /^key=x+…\[truncated\]$/)
  })

  it('of a stack keeps its first frames', () => {
    const stack = `Error: x${'\n    at f (a.js:1:1)'.repeat(100_000)}`
    const shown = makeEncoder().error(Object.assign(new Error('x'), { stack }))

    assert.match(String(shown['stack']), /^Error: x\n {4}at f \(a\.js:1:1\)\n/)
  })

  it('of a name of a function is cut', () => {
    const value = Object.defineProperty(() => 1, 'name', { value: 'f'.repeat(1 << 20) })

    assert.match(String(makeEncoder().extra({ value })['value']), /^\[Function: f{256}\]$/)
  })
})
