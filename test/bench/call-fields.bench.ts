import { cpuRatio, type RaceBench } from './bench.js'
import { HOLDFAST, PINO, PINO_MINIMAL } from './subjects/names.js'

/** The everyday call at the default guarantee. */
export const callFields: RaceBench = {
  kind: 'race',
  id: 'call-fields',
  question: "What does a message with four fields cost under commit: 'call', the default?",
  perTick: 100,
  lines: { perCall: 1, numbered: true },
  subjects: [
    {
      name: HOLDFAST,
      information: 'full',
      open: async (file) => (await import('./subjects/holdfast.js')).openFields(file, 'call'),
    },
    { name: PINO, information: 'full', open: async (file) => (await import('./subjects/pino.js')).openFields(file, 'per call') },
    {
      name: PINO_MINIMAL,
      information: 'minimal',
      open: async (file) => (await import('./subjects/pino.js')).openMinimalFields(file, 'per call'),
    },
  ],
  claims: [
    {
      text: 'pino with the same information, one write per call',
      unit: 'times',
      better: 'higher',
      measure: (figures) => cpuRatio(figures, PINO, HOLDFAST),
      gate: 2,
      goal: 3,
    },
  ],
  notes: ['Both hand each event to the kernel with one write(2) before the call returns. winston and LogTape have no such mode.'],
}
