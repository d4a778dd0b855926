import type { LatencyBench, RaceBench, RaceSubject } from '../bench.js'
import { BENCHES } from '../benches.js'

interface Kinds {
  readonly race: RaceBench
  readonly latency: LatencyBench
}

/** Who runs in a process that was started for one subject of a bench. */
export function findSubject<K extends keyof Kinds>(
  kind: K,
  benchId: string,
  name: string,
): { readonly bench: Kinds[K]; readonly subject: RaceSubject } {
  const bench = BENCHES.find((candidate) => candidate.kind === kind && candidate.id === benchId) as Kinds[K] | undefined
  const subject = bench?.subjects.find((candidate) => candidate.name === name)
  if (bench === undefined || subject === undefined)
    throw new RangeError(`Expected a subject of a ${kind}, got \`${benchId}\` \`${name}\`.`)
  return { bench, subject }
}
