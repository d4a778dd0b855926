import assert from 'node:assert/strict'
import { describeAdapter } from '@holdfast/testkit'
import { Collector } from './collector.js'
import { httpAdapter } from './custom-adapter.js'

const collectors = new Map<string, Collector>()

describeAdapter({
  name: 'http (the example)',
  recipe: (dir) => httpAdapter({ url: collectorOf(dir).url }),
  readBack: (dir) => collectorOf(dir).lines,
  setUp: async (dir) => {
    collectors.set(dir, await Collector.listen())
  },
  tearDown: async (dir) => {
    await collectorOf(dir).close()
    collectors.delete(dir)
  },
  breakIt: (dir) => behave(dir, 'refuse'),
  stallIt: (dir) => behave(dir, 'hang'),
  factory: httpAdapter,
  badOptions: { url: 'not a URL' },
})

function collectorOf(dir: string): Collector {
  return collectors.get(dir) ?? assert.fail('Expected a collector for the folder of the test.')
}

function behave(dir: string, mode: Collector['mode']): () => void {
  const collector = collectorOf(dir)
  collector.mode = mode
  return () => {
    collector.mode = 'accept'
  }
}
