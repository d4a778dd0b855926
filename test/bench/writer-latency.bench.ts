import { type Claim, type Figures, figure, type LatencyBench } from './bench.js'
import { HOLDFAST_PROCESS, PINO_TRANSPORT } from './subjects/names.js'
import { WRITER_SUBJECTS } from './writer-subjects.js'

/** What a request feels of a log call. */
export const writerLatency: LatencyBench = {
  kind: 'latency',
  id: 'writer-latency',
  question: 'How long does a single call take at 20 calls a millisecond while another thread or process writes?',
  perMs: 20,
  busyLoops: 2,
  lines: { perCall: 1, numbered: true },
  subjects: WRITER_SUBJECTS,
  claims: [
    claim('p99 of the call, pino.transport', ({ quiet }) => quiet?.p99),
    claim('p99.9 of the call, pino.transport', ({ quiet }) => quiet?.p999),
    claim('p99 beside two busy loops, pino.transport', ({ loaded }) => loaded?.p99),
    claim('p99.9 beside two busy loops, pino.transport', ({ loaded }) => loaded?.p999),
  ],
  notes: ['Medians of several runs, each in a process of its own. The greatest of a run is mostly a wait for a processor.'],
}

function claim(text: string, pick: (figures: Figures) => number | undefined): Claim {
  return {
    text,
    unit: 'times',
    better: 'higher',
    measure: (figures) => figure(pick(figures(PINO_TRANSPORT))) / figure(pick(figures(HOLDFAST_PROCESS))),
    gate: 2,
    goal: 5,
  }
}
