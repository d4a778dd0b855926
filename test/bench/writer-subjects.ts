import type { RaceSubject } from './bench.js'
import { HOLDFAST_PROCESS, HOLDFAST_SPOOL, HOLDFAST_THREAD, PINO, PINO_TRANSPORT } from './subjects/names.js'

/** Writers in a process and in a thread, and pino's: a message with four fields. Ours is the first. */
export const WRITER_SUBJECTS: readonly RaceSubject[] = [
  {
    name: HOLDFAST_PROCESS,
    information: 'full',
    open: async (file) => (await import('./subjects/holdfast.js')).openRemoteFields(file, 'process'),
  },
  {
    name: HOLDFAST_SPOOL,
    information: 'full',
    open: async (file) => (await import('./subjects/holdfast.js')).openRemoteFields(file, 'spool'),
  },
  {
    name: HOLDFAST_THREAD,
    information: 'full',
    open: async (file) => (await import('./subjects/holdfast.js')).openRemoteFields(file, 'thread'),
  },
  {
    name: PINO_TRANSPORT,
    information: 'full',
    open: async (file) => (await import('./subjects/pino.js')).openTransportFields(file),
  },
  { name: PINO, information: 'full', open: async (file) => (await import('./subjects/pino.js')).openFields(file, 'per call') },
]
