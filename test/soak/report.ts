import { textTable } from '../bench/report/table.js'
import type { SoakOutcome } from './soak.js'

/** The writer's own memory: batches and spilled segments under way, whatever its lanes lag. */
const MEMORY_MAX_BYTES = 256e6
const DESCRIPTORS_MAX = 100

/** Prints the outcome, and returns in words what must not be. */
export function report(outcome: SoakOutcome): readonly string[] {
  const { file, sink, picky, operations, tolls, peak, diagnostics } = outcome
  const rows = Object.entries({ file, sink, picky }).map(([name, { accepted, lost, doubled, disordered, unparsable, lines }]) =>
    [name, accepted, lost, doubled, disordered, unparsable, lines].map(String),
  )
  const head = ['destination', 'accepted', 'lost', 'doubled', 'disordered', 'unparsable', 'lines']
  console.log(`${textTable({ head, rows })}\n`)
  const tollRows = Object.entries(tolls).map(([name, { killed, stopped }]) => [name, String(killed), String(stopped)])
  console.log(`${textTable({ head: ['', 'killed', 'stopped'], rows: tollRows })}\n`)
  console.log(
    `${outcome.producers} producers in all, ${outcome.files} log files, ${outcome.end?.restarts ?? '?'} writers started anew.`,
  )
  console.log(`A writer had up to ${(peak.bytes / 1e6).toFixed(0)} MB of its own and ${peak.descriptors} descriptors.`)
  console.log(`Diagnostics: ${[...diagnostics].map(([name, count]) => `${name} ${count}`).join(', ')}.`)
  console.log(
    `The log was moved away ${operations.moved} times, ${operations.foreign.length} times with a file of an operator in its place.`,
  )
  console.log('The sink and the picky adapter get an event once or more; the file gets it once.\n')
  return breaches(outcome)
}

function breaches(outcome: SoakOutcome): readonly string[] {
  const { file, sink, picky, dropped, end, peak, haveWritersEnded, leftovers, errors } = outcome
  const wrong: readonly (readonly [boolean, string])[] = [
    [file.accepted === 0, 'no event was accepted'],
    [file.lost > 0, `${file.lost} events are not in the file`],
    [file.doubled > 0, `${file.doubled} events are in the file twice`],
    [file.disordered > 0, `${file.disordered} events are out of order in the file`],
    [file.unparsable > 0, `${file.unparsable} lines of the file are no JSON`],
    [file.invented + sink.invented > 0, `${file.invented + sink.invented} events were never accepted`],
    [file.touched > 0, `${file.touched} texts of the operator are gone`],
    [picky.lost > 0, `${picky.lost} events never came to the adapter that cannot process some others`],
    [picky.invented > 0, `${picky.invented} events came to the adapter that cannot process them`],
    [sink.lost > 0, `${sink.lost} events never came to the sink, ${dropped} were told to be dropped`],
    [end === undefined, 'the root did not come to its end'],
    [end?.timedOut === true, 'the last flush or shutdown of the root was out of time'],
    [!haveWritersEnded, 'a writer is left'],
    [leftovers.length > 0, `left of the run: ${leftovers.join(', ')}`],
    [peak.bytes > MEMORY_MAX_BYTES, `a writer had ${peak.bytes} bytes`],
    [peak.descriptors > DESCRIPTORS_MAX, `a writer had ${peak.descriptors} descriptors`],
    [errors !== '', `on stderr: ${errors.slice(-500)}`],
  ]
  return wrong.filter(([isWrong]) => isWrong).map(([, text]) => text)
}
