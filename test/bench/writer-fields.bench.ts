import { cpuRatio, figure, type RaceBench } from './bench.js'
import { HOLDFAST_PROCESS, PINO, PINO_TRANSPORT } from './subjects/names.js'
import { WRITER_SUBJECTS } from './writer-subjects.js'

/** The everyday call when somebody else writes. */
export const writerFields: RaceBench = {
  kind: 'race',
  id: 'writer-fields',
  question: 'What does a message with four fields cost with the writer in a process of its own, or in a thread?',
  perTick: 100,
  lines: { perCall: 1, numbered: true },
  lapScale: 3,
  watchWriter: true,
  subjects: WRITER_SUBJECTS,
  claims: [
    {
      text: "caller's CPU time, pino with one write per call",
      unit: 'times',
      better: 'higher',
      measure: (figures) => figure(figures(PINO).callerNsPerCall) / figure(figures(HOLDFAST_PROCESS).callerNsPerCall),
      gate: 4,
      goal: 8,
    },
    {
      text: 'CPU time of the application, pino.transport',
      unit: 'times',
      better: 'higher',
      measure: (figures) => cpuRatio(figures, PINO_TRANSPORT, HOLDFAST_PROCESS),
      gate: 3,
      goal: 6,
    },
    {
      text: "with the writer's, pino.transport",
      unit: 'times',
      better: 'higher',
      measure: (figures) =>
        figure(figures(PINO_TRANSPORT).totalCpuNsPerCall) / figure(figures(HOLDFAST_PROCESS).totalCpuNsPerCall),
      gate: 2,
    },
  ],
  notes: [
    'A lap ends when its last line is in the file. The caller is the thread that logs, up to the last call of a lap; CPU is the whole process of the application with its own writer thread; the last is with a writer process.',
    'A kill takes nothing from a writer process and from pino with one write per call; from a thread, of Holdfast or of pino, it takes what is not yet written.',
  ],
}
