import { describe, it } from 'node:test'
import { surviveMarks } from './fixtures/root-killed.js'

describe('a child whose root is killed in the middle of its boot', () => {
  it('loses nothing of what was accepted, and doubles nothing, wherever that is', (test) => surviveMarks(test, false))
})
