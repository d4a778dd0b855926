import { cpuRatio, type RaceBench } from './bench.js'
import { HOLDFAST, LOGTAPE, PINO, PINO_MINIMAL, WINSTON } from './subjects/names.js'

/** The everyday call at its cheapest guarantee. */
export const tickFields: RaceBench = {
  kind: 'race',
  id: 'tick-fields',
  question: "What does a message with four fields cost under commit: 'tick'?",
  perTick: 100,
  lines: { perCall: 1, numbered: true },
  subjects: [
    {
      name: HOLDFAST,
      information: 'full',
      open: async (file) => (await import('./subjects/holdfast.js')).openFields(file, 'tick'),
    },
    { name: PINO, information: 'full', open: async (file) => (await import('./subjects/pino.js')).openFields(file, 'buffered') },
    {
      name: PINO_MINIMAL,
      information: 'minimal',
      open: async (file) => (await import('./subjects/pino.js')).openMinimalFields(file, 'buffered'),
    },
    { name: WINSTON, information: 'full', open: async (file) => (await import('./subjects/winston.js')).openFields(file) },
    { name: LOGTAPE, information: 'full', open: async (file) => (await import('./subjects/logtape.js')).openFields(file) },
  ],
  claims: [
    {
      text: 'pino with the same information, buffered',
      unit: 'times',
      better: 'higher',
      measure: (figures) => cpuRatio(figures, PINO, HOLDFAST),
      gate: 2.5,
      goal: 4,
    },
    {
      text: "pino's minimal line, buffered",
      unit: 'times',
      better: 'higher',
      measure: (figures) => cpuRatio(figures, PINO_MINIMAL, HOLDFAST),
      gate: 1.3,
      goal: 2,
    },
  ],
  notes: [
    'pino is synchronous with minLength 4096: up to 4 KiB of lines stay in memory, where a kill takes them; commit: tick loses at most the current tick.',
    "LogTape's file sink calls fsync with each flush of its 8 KiB buffer; the wall time beside its CPU time shows it.",
  ],
}
