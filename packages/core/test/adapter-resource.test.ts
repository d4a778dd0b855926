import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AdapterRecipe } from '@holdfast/api'
import { adapter, messageOf, resolve, themedRecipe } from './fixtures/resolve.js'

function owner(name: string, resource: string): AdapterRecipe {
  const { applyEnvironment: _, ...recipe } = themedRecipe('dark')
  return { ...recipe, name, resource }
}

describe('what only one adapter may own', () => {
  it('is refused to a second one, and the error names both', () => {
    assert.equal(
      messageOf({ adapters: [owner('a', 'file:/x.log'), owner('audit', 'file:/y.log'), owner('c', 'file:/x.log')] }),
      'Expected `adapters[2]` to be an adapter that shares its destination with no other, got `c` with `file:/x.log`, which `a`, `adapters[0]`, has already. Give one of them another destination, or leave it out.',
    )
  })

  it('is compared after the environment, which may move an adapter', () => {
    const moved: AdapterRecipe = { ...owner('b', 'file:/x.log'), applyEnvironment: () => owner('b', 'file:/y.log') }

    assert.equal(resolve({ adapters: [owner('a', 'file:/x.log'), moved] }).adapters.length, 2)
    assert.match(messageOf({ adapters: [owner('a', 'file:/y.log'), moved] }), /`adapters\[1\]`.*`file:\/y\.log`/)
  })

  it('is nothing for adapters that do not say it', () => {
    assert.equal(resolve({ adapters: [adapter('a'), adapter('b'), themedRecipe('dark')] }).adapters.length, 3)
  })

  it('has to be a text', () => {
    assert.equal(
      messageOf({ adapters: [{ ...themedRecipe('dark'), resource: 7 }] }),
      'Expected `adapters[0].resource` to be a text as `file:/var/log/app.log`, got `7`.',
    )
  })
})
