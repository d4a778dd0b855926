import { describeAdapter } from '@holdfast/testkit'
import { destinationOf } from './fixtures/destination.js'
import { referenceAdapter } from './fixtures/reference-adapter.js'

describeAdapter({
  name: 'reference',
  factory: referenceAdapter,
  recipe: (dir) => referenceAdapter({ dir }),
  readBack: (dir) => destinationOf(dir).lines,
  breakIt: (dir) => destinationOf(dir).break(),
  stallIt: (dir) => destinationOf(dir).stall(),
  badOptions: { prefix: 7, name: false },
})
