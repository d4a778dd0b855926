import { LEVELS } from '@holdfast/api'
import type { DiagnosticPayloads, Report } from '../diagnostics/catalogue.js'
import { type Death, describeDeath } from '../tree/deaths.js'

/** A process that is ended by its parent and showed no sign of life for so long was ended because it hung. */
const HUNG_MS = 2000

/** Who writes a death down: the log and the diagnostics of a writer. */
export interface Mourner {
  readonly report: Report
  log(level: number, message: string, extra: Readonly<Record<string, unknown>>): void
}

/** A producer that ended without a word. */
export interface Departed {
  readonly origin: string
  readonly pid: number
  /** 0 for the main thread. */
  readonly thread: number
  /** ISO 8601; '' for never. */
  readonly lastSeen: string
  /** Events that it left to be delivered. */
  readonly recovered: number
  /** Calls that had found no room, and that it had told nobody of. */
  readonly refused: number
}

/**
 * Tells of a death once, in the log and as a diagnostic. What its parent has ended is no alarm, unless it had hung by then. A thread that waits
 * for work as those of pools do (`Atomics.wait`) shows no sign of life either: of a thread no such thing is concluded.
 *
 * @param now milliseconds since 1970
 */
export function writeObituary(mourner: Mourner, departed: Departed, death: Death | undefined, now: number): void {
  const { origin, pid, thread, lastSeen, recovered, refused } = departed
  const gone: DiagnosticPayloads['process_gone'] = {
    origin,
    pid,
    thread,
    exit: describeDeath(death),
    last_seen: lastSeen,
    recovered,
    refused,
  }
  const who = thread === 0 ? `process ${pid}` : `thread ${thread} of process ${pid}`
  if (death?.isOrdered !== true) {
    mourner.log(LEVELS.error, `${who} is gone`, { event: 'process_gone', ...gone })
    mourner.report('process_gone', gone)
    return
  }
  const silentMs = lastSeen === '' ? 0 : (death.at ?? now) - Date.parse(lastSeen)
  const isHung = thread === 0 && silentMs >= HUNG_MS
  if (isHung) {
    mourner.log(LEVELS.warning, `${who} was ended, silent since ${lastSeen}`, { event: 'process_gone', ...gone })
    mourner.report('process_gone', gone)
    return
  }
  mourner.log(LEVELS.debug, `${who} was ended`, { event: 'process_ended', ...gone })
  mourner.report('process_ended', gone)
}
