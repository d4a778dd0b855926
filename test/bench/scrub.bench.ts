import { cpuRatio, type RaceBench } from './bench.js'
import { HOLDFAST, PINO_REDACT } from './subjects/names.js'
import { SECRET } from './workload.js'

/** A call whose fields hold secrets. */
export const scrubbing: RaceBench = {
  kind: 'race',
  id: 'scrub',
  question: "What does it cost to make five secrets at three depths unreadable under commit: 'tick'?",
  perTick: 100,
  lines: { perCall: 1, numbered: true, secret: SECRET },
  subjects: [
    {
      name: HOLDFAST,
      information: 'full',
      open: async (file) => (await import('./subjects/holdfast.js')).openSecrets(file, 'tick'),
    },
    {
      name: PINO_REDACT,
      information: 'full',
      open: async (file) => (await import('./subjects/pino.js')).openSecrets(file, 'buffered'),
    },
  ],
  claims: [
    {
      text: 'pino with five redact paths',
      unit: 'times',
      better: 'higher',
      measure: (figures) => cpuRatio(figures, PINO_REDACT, HOLDFAST),
      gate: 3,
      goal: 5,
    },
  ],
  notes: [
    'Holdfast finds the secrets by key name at any depth and also searches every text for known forms; pino is told the five paths.',
    'The files of both are searched for the secret. winston and LogTape have no redaction in the installed packages.',
  ],
}
