/** How much work a run does. */
export interface Pace {
  /** Measured laps of each subject. */
  readonly laps: number
  /** CPU time that a lap should take, in milliseconds: far above the 0.1 ms that its start costs. */
  readonly lapCpuMs: number
  /** Share of a lap that runs before it and does not count. */
  readonly runIn: number
  /** Longest wall time of a lap, in milliseconds; binds what waits for the disk. */
  readonly lapWallMs: number
  /** CPU time of each subject before anything counts, in milliseconds. */
  readonly warmUpCpuMs: number
  /** Measured laps where they are long. */
  readonly longLaps: number
  /** Runs of each subject where single calls are timed, quiet and loaded each, and the calls of a run. */
  readonly pacedRuns: number
  readonly pacedCalls: number
  /** Fresh processes for each import. */
  readonly imports: number
}

/** The run behind published figures. */
export const FULL_PACE: Pace = {
  laps: 50,
  lapCpuMs: 8,
  runIn: 0.25,
  lapWallMs: 60,
  warmUpCpuMs: 900,
  longLaps: 12,
  pacedRuns: 7,
  pacedCalls: 30_000,
  imports: 15,
}

/** A look while working. */
export const QUICK_PACE: Pace = {
  laps: 16,
  lapCpuMs: 6,
  runIn: 0.25,
  lapWallMs: 40,
  warmUpCpuMs: 350,
  longLaps: 4,
  pacedRuns: 1,
  pacedCalls: 20_000,
  imports: 7,
}
