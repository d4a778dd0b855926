import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { withoutExperimentalWarning } from '../../dist/mapping/without-experimental-warning.js'

describe('withoutExperimentalWarning', () => {
  it('hides warnings of that kind and passes on the others', async () => {
    const own = process.emitWarning
    const heard: string[] = []
    process.on('warning', ({ name, message }) => heard.push(`${name}: ${message}`))

    const result = withoutExperimentalWarning(() => {
      process.emitWarning('one', 'ExperimentalWarning')
      process.emitWarning('two', { type: 'ExperimentalWarning' })
      process.emitWarning(Object.assign(new Error('three'), { name: 'ExperimentalWarning' }))
      process.emitWarning('four', 'DeprecationWarning', 'HF0001')
      return 5
    })
    await once(process, 'warning')

    assert.equal(result, 5)
    assert.deepEqual(heard, ['DeprecationWarning: four'])
    assert.equal(process.emitWarning, own)
  })

  it('restores the warnings when the load fails', () => {
    const own = process.emitWarning

    assert.throws(() => withoutExperimentalWarning(() => assert.fail('no such module')))

    assert.equal(process.emitWarning, own)
  })
})
