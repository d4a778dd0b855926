import { spawn } from 'node:child_process'

const LOOPS = 4

/** Starts loops that take all processors; returns what ends them. */
export function startBusyLoops(): () => void {
  const loops = Array.from({ length: LOOPS }, () => spawn(process.execPath, ['--eval', 'for (;;);'], { stdio: 'ignore' }))
  return () => {
    for (const loop of loops) loop.kill('SIGKILL')
  }
}
