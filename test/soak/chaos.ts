import { setTimeout as pause } from 'node:timers/promises'

/** Something that is killed and stopped. */
export interface Target {
  readonly name: 'producer' | 'writer' | 'sink'
  /** Who of it lives now. */
  readonly pids: () => readonly number[]
  /** Mean times between two kills, and between two stops. */
  readonly killEveryMs: number
  readonly stopEveryMs: number
  /** Longest stop. */
  readonly stopMaxMs: number
}

export interface Toll {
  killed: number
  stopped: number
}

/** Kills, stops and continues processes of a target at random moments until the signal. All that it stopped go on then. */
export async function beRough(target: Target, toll: Toll, signal: AbortSignal): Promise<void> {
  const kills = repeat(target.killEveryMs, signal, async () => {
    if (send(pick(target.pids()), 'SIGKILL')) toll.killed++
  })
  const stops = repeat(target.stopEveryMs, signal, async () => {
    const pid = pick(target.pids())
    if (!send(pid, 'SIGSTOP')) return
    toll.stopped++
    await pause(Math.random() * target.stopMaxMs)
    send(pid, 'SIGCONT')
  })
  await Promise.all([kills, stops])
}

async function repeat(everyMs: number, signal: AbortSignal, act: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    // half to one and a half of the mean; a sleep that is cut short ends the loop
    const isOver = await pause(everyMs * (0.5 + Math.random()), false, { signal }).catch(() => true)
    if (isOver) return
    await act()
  }
}

function pick(pids: readonly number[]): number | undefined {
  return pids[Math.floor(Math.random() * pids.length)]
}

function send(pid: number | undefined, signal: NodeJS.Signals): boolean {
  if (pid === undefined || pid <= 0) return false
  try {
    return process.kill(pid, signal)
  } catch {
    return false // it has just ended
  }
}
