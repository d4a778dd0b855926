import { cpuRatio, type RaceBench } from './bench.js'
import { HOLDFAST, HOLDFAST_OVERRIDE, LOGTAPE, PINO, WINSTON } from './subjects/names.js'

/** A call whose level is off: most calls of most programs. */
export const disabled: RaceBench = {
  kind: 'race',
  id: 'disabled',
  question: 'What does a call cost whose level is off?',
  perTick: 20_000,
  lines: { perCall: 0, numbered: false },
  subjects: [
    { name: HOLDFAST, information: 'full', open: async (file) => (await import('./subjects/holdfast.js')).openDisabled(file) },
    {
      name: HOLDFAST_OVERRIDE,
      information: 'full',
      open: async (file) => (await import('./subjects/holdfast.js')).openDisabledBesideOverride(file),
    },
    { name: PINO, information: 'full', open: async (file) => (await import('./subjects/pino.js')).openDisabled(file) },
    { name: WINSTON, information: 'full', open: async (file) => (await import('./subjects/winston.js')).openDisabled(file) },
    { name: LOGTAPE, information: 'full', open: async (file) => (await import('./subjects/logtape.js')).openDisabled(file) },
  ],
  claims: [
    {
      text: 'pino',
      unit: 'times',
      better: 'higher',
      measure: (figures) => cpuRatio(figures, PINO, HOLDFAST),
      gate: 1,
    },
    {
      text: 'pino, while a request elsewhere has its level raised',
      unit: 'times',
      better: 'higher',
      measure: (figures) => cpuRatio(figures, PINO, HOLDFAST_OVERRIDE),
      gate: 1,
    },
  ],
  notes: ['Holdfast counts each such call for its delivery report; pino replaces the method with an empty function.'],
}
