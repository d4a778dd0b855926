import { figure, type ImportBench } from './bench.js'

/** What every start of a program pays. */
export const importing: ImportBench = {
  kind: 'import',
  id: 'import',
  question: 'What does the import cost?',
  packages: ['holdfast', 'pino', 'winston', '@logtape/logtape'],
  claims: [
    {
      text: "pino's import, CPU time",
      unit: 'times',
      better: 'higher',
      measure: (figures) => figure(figures('pino').importCpuMs) / figure(figures('holdfast').importCpuMs),
      gate: 1,
      goal: 2,
    },
    {
      text: "pino's import, memory",
      unit: 'times',
      better: 'higher',
      measure: (figures) => figure(figures('pino').rssMb) / figure(figures('holdfast').rssMb),
      gate: 1,
      goal: 2,
    },
  ],
  notes: [
    'Ours is measured as it is published, bundled by `npm run pack`.',
    'Each import runs in a fresh process; memory is the resident set after the import less that before.',
    'An import is work of one thread: on an idle machine its CPU time is its wall time, on a busy one only the CPU time can be compared.',
  ],
}
