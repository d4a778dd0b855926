import { type Figures, figure } from '../bench.js'
import type { Table } from './table.js'
import type { Answer, Verdict } from './verdict.js'

/** One line per subject of a bench. */
export function subjectTable(answer: Answer): Table {
  const columns = answer.bench.kind === 'import' ? IMPORT_COLUMNS : raceColumns(answer.bench.watchGc === true)
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

function raceColumns(withGc: boolean): readonly Column[] {
  return [
    { title: 'CPU ns/call', show: (figures) => nanoseconds(figures.cpuNsPerCall) },
    { title: 'wall ns/call', show: (figures) => nanoseconds(figures.wallNsPerCall) },
    ...(withGc ? [{ title: 'GC ns/call', show: (figures: Figures) => nanoseconds(figures.gcNsPerCall) }] : []),
    { title: 'bytes/line', show: (figures) => figure(figures.bytesPerLine).toFixed(0) },
    { title: 'calls', show: (figures) => figure(figures.calls).toFixed(0) },
    { title: '× our CPU', show: (figures, ours) => (figure(figures.cpuNsPerCall) / figure(ours.cpuNsPerCall)).toFixed(2) },
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
