import { type Bench, type Figures, figure, type Percentiles, type RaceBench } from '../bench.js'
import type { Table } from './table.js'
import type { Answer, Verdict } from './verdict.js'

/** One line per subject of a bench. */
export function subjectTable(answer: Answer): Table {
  const columns = columnsOf(answer.bench)
  const ours = answer.outcomes[0]?.figures ?? {}
  return {
    head: ['', ...columns.map((column) => column.title)],
    rows: answer.outcomes.map(({ subject, figures, faults }) => [
      faults.length === 0 ? subject : `${subject} ✘ ${faults.join(', ')}`,
      ...columns.map((column) => column.show(figures, ours)),
    ]),
  }
}

/** One line per claim of all benches. */
export function claimTable(answers: readonly Answer[]): Table {
  const rows = answers.flatMap(({ bench, verdicts }) =>
    verdicts.map((verdict) => [bench.id, verdict.claim.text, ...thresholds(verdict)]),
  )
  return { head: ['row', 'against', 'measured', 'gate', '', 'goal', ''], rows }
}

function thresholds({ claim, value, meetsGate, meetsGoal }: Verdict): readonly string[] {
  const sign = claim.better === 'higher' ? '≥' : '≤'
  const show = (number: number): string => (claim.unit === 'times' ? `${number.toFixed(2)} ×` : `${number.toFixed(0)} ns`)
  const goal = claim.goal === undefined ? ['', ''] : [`${sign} ${show(claim.goal)}`, mark(meetsGoal === true)]
  return [show(value), `${sign} ${show(claim.gate)}`, mark(meetsGate), ...goal]
}

function mark(isMet: boolean): string {
  return isMet ? '✔' : '✘'
}

interface Column {
  readonly title: string
  readonly show: (figures: Figures, ours: Figures) => string
}

function columnsOf(bench: Bench): readonly Column[] {
  switch (bench.kind) {
    case 'race':
      return bench.longLapTicks === undefined ? raceColumns(bench) : RATE_COLUMNS
    case 'latency':
      return [...latencyColumns('quiet'), ...latencyColumns('loaded')]
    case 'import':
      return IMPORT_COLUMNS
  }
}

const WRITER_COLUMNS: readonly Column[] = [
  { title: 'caller ns/call', show: (figures) => nanoseconds(figures.callerNsPerCall) },
  { title: 'with writer', show: (figures) => nanoseconds(figures.totalCpuNsPerCall) },
  { title: 'idle ms/s', show: (figures) => figure(figures.idleMsPerSecond).toFixed(1) },
]

function raceColumns({ watchGc: withGc, watchWriter: withWriter }: RaceBench): readonly Column[] {
  const [caller, total, idle] = withWriter === true ? WRITER_COLUMNS : []
  return [
    ...(caller === undefined ? [] : [caller]),
    { title: 'CPU ns/call', show: (figures) => nanoseconds(figures.cpuNsPerCall) },
    ...(total === undefined ? [] : [total]),
    ...(idle === undefined ? [] : [idle]),
    { title: 'wall ns/call', show: (figures) => nanoseconds(figures.wallNsPerCall) },
    ...(withGc === true ? [{ title: 'GC ns/call', show: (figures: Figures) => nanoseconds(figures.gcNsPerCall) }] : []),
    { title: 'bytes/line', show: (figures) => figure(figures.bytesPerLine).toFixed(0) },
    { title: 'calls', show: (figures) => figure(figures.calls).toFixed(0) },
    { title: '× our CPU', show: (figures, ours) => (figure(figures.cpuNsPerCall) / figure(ours.cpuNsPerCall)).toFixed(2) },
  ]
}

const RATE_COLUMNS: readonly Column[] = [
  { title: 'events/s', show: (figures) => figure(figures.eventsPerSecond).toFixed(0) },
  { title: 'best lap', show: (figures) => figure(figures.bestEventsPerSecond).toFixed(0) },
  { title: 'CPU ns/call', show: (figures) => nanoseconds(figures.cpuNsPerCall) },
  { title: 'bytes/line', show: (figures) => figure(figures.bytesPerLine).toFixed(0) },
  { title: 'calls', show: (figures) => figure(figures.calls).toFixed(0) },
]

function latencyColumns(condition: 'quiet' | 'loaded'): readonly Column[] {
  const column = (title: string, pick: (durations: Percentiles) => number): Column => ({
    title,
    show: ({ [condition]: durations }) => (durations === undefined ? '' : pick(durations).toFixed(1)),
  })
  return [
    column(`${condition} p50 µs`, ({ p50 }) => p50),
    column('p99', ({ p99 }) => p99),
    column('p99.9', ({ p999 }) => p999),
    column('max', ({ max }) => max),
  ]
}

const IMPORT_COLUMNS: readonly Column[] = [
  { title: 'wall ms', show: (figures) => figure(figures.importMs).toFixed(1) },
  { title: 'CPU ms', show: (figures) => figure(figures.importCpuMs).toFixed(1) },
  { title: 'RSS MB', show: (figures) => figure(figures.rssMb).toFixed(1) },
  { title: '× our CPU', show: (figures, ours) => (figure(figures.importCpuMs) / figure(ours.importCpuMs)).toFixed(2) },
]

/** Disabled calls take a few nanoseconds, where a decimal matters. */
function nanoseconds(value: number | undefined): string {
  const known = figure(value)
  return known.toFixed(known < 100 ? 1 : 0)
}
