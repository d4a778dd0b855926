import { figure, type RaceBench } from './bench.js'
import { HOLDFAST, HOLDFAST_SMALL_RING } from './subjects/names.js'

/** The ring that a later dump reads. */
export const retention: RaceBench = {
  kind: 'race',
  id: 'retention',
  question: 'What does the retention of 25 000 events cost in garbage collection?',
  perTick: 100,
  lines: { perCall: 1, numbered: true },
  patience: 6,
  watchGc: true,
  nodeArguments: ['--single-threaded-gc'],
  subjects: [
    {
      name: HOLDFAST,
      information: 'full',
      open: async (file) => (await import('./subjects/holdfast.js')).openFields(file, 'tick'),
    },
    {
      name: HOLDFAST_SMALL_RING,
      information: 'full',
      open: async (file) => (await import('./subjects/holdfast.js')).openWithoutRetention(file),
    },
  ],
  claims: [
    {
      text: 'extra garbage collection per event against a ring of one event',
      unit: 'ns',
      better: 'lower',
      measure: (figures) => figure(figures(HOLDFAST).gcNsPerCall) - figure(figures(HOLDFAST_SMALL_RING).gcNsPerCall),
      gate: 50,
      goal: 20,
    },
  ],
  notes: ['Collected by one thread, number of collections times the median pause: a pause does not count waits for a processor.'],
}
