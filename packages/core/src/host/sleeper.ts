import type { Clock } from '../clock.js'
import type { Control } from './control.js'

/** Between two looks of a writer that nobody wakes, or that waits for something itself. */
const LONGEST_WAITING_MS = 16
/** Between two looks of one that is woken: less than the silence after which it is looked whether it is there at all. */
const LONGEST_MS = 64

/** How a writer rests that has found nothing to do. */
export interface Sleeper {
  /** From now on whoever has something new wakes it. */
  listen(): void
  stopListening(): void
  /** For so long at most. Resolves true when it was woken. */
  sleep(ms: number): Promise<boolean>
}

export interface SleeperParts {
  readonly clock: Clock
  readonly control: Control
  /** Nothing is under way, and every producer that has something new sees that it sleeps. */
  readonly isAtRest: () => boolean
}

/** Nobody wakes it. */
export function deafSleeper(clock: Clock): Sleeper {
  return {
    listen: () => undefined,
    stopListening: () => undefined,
    sleep: (ms) =>
      new Promise((resolve) => void clock.after(Math.min(ms, LONGEST_WAITING_MS), () => resolve(false), { keepAlive: true })),
  }
}

/**
 * A writer process is woken by SIGURG, which does nothing to a process that does not ask for it: the pid may be that of another one by then.
 * A producer sends it only when it finds the writer asleep, without its event loop, and it needs no descriptor and no thread.
 */
export function signalledSleeper(parts: SleeperParts): Sleeper {
  let wake: () => void = () => undefined
  process.on('SIGURG', () => wake())
  return listeningSleeper(parts, (woken) => {
    wake = woken
    return () => {
      wake = () => undefined
    }
  })
}

/** A writer thread is woken through the memory that it shares with its producer. */
export function notifiedSleeper(parts: SleeperParts): Sleeper {
  return listeningSleeper(parts, (woken, ms) => {
    void parts.control.untilNotified(ms).then(woken)
    return () => undefined
  })
}

/** @param expect calls once when it is woken; what it returns ends that */
function listeningSleeper(
  { clock, control, isAtRest }: SleeperParts,
  expect: (woken: () => void, ms: number) => () => void,
): Sleeper {
  return {
    listen: () => {
      control.isAsleep = true
    },
    stopListening: () => {
      control.isAsleep = false
    },
    sleep: (ms) => {
      const pause = Math.min(ms, isAtRest() ? LONGEST_MS : LONGEST_WAITING_MS)
      return new Promise((resolve) => {
        let isOver = false
        const end = (): void => {
          if (isOver) return
          isOver = true
          cancel()
          forget()
          // whoever woke it has taken the word back
          const wasWoken = !control.isAsleep
          control.isAsleep = false
          resolve(wasWoken)
        }
        const cancel = clock.after(pause, end, { keepAlive: true })
        const forget = expect(end, pause)
      })
    },
  }
}
