import { type LaneOptions, levelValue } from '@holdfast/api'

export interface LaneSettings {
  /** Threshold number. */
  readonly level: number
  readonly batchMaxEvents: number
  readonly batchMaxBytes: number
  readonly timeoutMs: number
  readonly retryMinMs: number
  readonly retryMaxMs: number
  readonly whenDown: 'hold' | 'drop'
}

export const LANE_DEFAULTS: LaneSettings = {
  level: 0,
  batchMaxEvents: 512,
  batchMaxBytes: 256 << 10,
  timeoutMs: 10_000,
  retryMinMs: 100,
  retryMaxMs: 30_000,
  whenDown: 'hold',
}

export function laneSettings(options: LaneOptions): LaneSettings {
  return { ...LANE_DEFAULTS, ...options, level: levelValue(options.level) ?? LANE_DEFAULTS.level }
}
