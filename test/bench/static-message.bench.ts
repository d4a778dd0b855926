import { cpuRatio, type RaceBench } from './bench.js'
import { HOLDFAST, LOGTAPE, PINO, WINSTON } from './subjects/names.js'

/** A call without fields. */
export const staticMessage: RaceBench = {
  kind: 'race',
  id: 'static',
  question: "What does a message alone cost under commit: 'tick'?",
  perTick: 100,
  lines: { perCall: 1, numbered: false },
  subjects: [
    {
      name: HOLDFAST,
      information: 'full',
      open: async (file) => (await import('./subjects/holdfast.js')).openStatic(file, 'tick'),
    },
    { name: PINO, information: 'full', open: async (file) => (await import('./subjects/pino.js')).openStatic(file, 'buffered') },
    { name: WINSTON, information: 'full', open: async (file) => (await import('./subjects/winston.js')).openStatic(file) },
    { name: LOGTAPE, information: 'full', open: async (file) => (await import('./subjects/logtape.js')).openStatic(file) },
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
