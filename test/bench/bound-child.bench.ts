import { cpuRatio, type RaceBench } from './bench.js'
import { HOLDFAST, LOGTAPE, PINO, WINSTON } from './subjects/names.js'

/** A call through a logger with fields of its own. */
export const boundChild: RaceBench = {
  kind: 'race',
  id: 'child',
  question: "What does a message through a child with six bound fields cost under commit: 'tick'?",
  perTick: 100,
  lines: { perCall: 1, numbered: false },
  subjects: [
    {
      name: HOLDFAST,
      information: 'full',
      open: async (file) => (await import('./subjects/holdfast.js')).openChild(file, 'tick'),
    },
    { name: PINO, information: 'full', open: async (file) => (await import('./subjects/pino.js')).openChild(file, 'buffered') },
    { name: WINSTON, information: 'full', open: async (file) => (await import('./subjects/winston.js')).openChild(file) },
    { name: LOGTAPE, information: 'full', open: async (file) => (await import('./subjects/logtape.js')).openChild(file) },
  ],
  claims: [
    {
      text: 'pino with the same information, buffered',
      unit: 'times',
      better: 'higher',
      measure: (figures) => cpuRatio(figures, PINO, HOLDFAST),
      gate: 4,
      goal: 6,
    },
  ],
}
