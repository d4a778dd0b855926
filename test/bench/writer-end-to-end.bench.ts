import { figure, type RaceBench } from './bench.js'
import { HOLDFAST_PROCESS, PINO_TRANSPORT } from './subjects/names.js'
import { WRITER_SUBJECTS } from './writer-subjects.js'

/** What gets through, not what is accepted. */
export const writerEndToEnd: RaceBench = {
  kind: 'race',
  id: 'writer-end-to-end',
  question: 'How many events a second come to the file while another thread or process writes?',
  perTick: 100,
  lines: { perCall: 1, numbered: true },
  longLapTicks: 500,
  subjects: WRITER_SUBJECTS,
  claims: [
    {
      text: 'events per second of the best lap, pino.transport',
      unit: 'times',
      better: 'higher',
      measure: (figures) =>
        figure(figures(HOLDFAST_PROCESS).bestEventsPerSecond) / figure(figures(PINO_TRANSPORT).bestEventsPerSecond),
      gate: 2,
      goal: 4,
    },
  ],
  notes: [
    'A lap is 50 000 events, 100 per tick as fast as they go, and ends when the last line is in the file. Two threads work at once: the best lap had the processors to itself.',
  ],
}
