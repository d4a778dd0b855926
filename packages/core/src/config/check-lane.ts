import { type LaneOptions, levelValue } from '@holdfast/api'
import { LANE_DEFAULTS } from '../lane/settings.js'
import { checkShape } from './check-shape.js'
import { levelHint } from './check-values.js'
import { describeValue } from './describe-value.js'
import { adapterFinding, type Finding } from './finding.js'
import { LANE_SCHEMA } from './schema-sections.js'
import { validateLane } from './validators.generated.js'

/** The options of `LaneOptions`, which every adapter factory takes. */
export const LANE_OPTIONS: readonly string[] = Object.keys(LANE_SCHEMA.properties ?? {})

/** The lane's options among those of an adapter; what is undefined counts as not given. */
export function laneOf(options: object): LaneOptions {
  const given = LANE_OPTIONS.map((name) => [name, Reflect.get(options, name)] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

/** What is wrong with the options of a lane. They came through the adapter's factory, so they are named as its options are. */
export function checkLane(lane: object, path: string): readonly Finding[] {
  const shape = checkShape(validateLane, LANE_SCHEMA, lane, path)
  const level: unknown = Reflect.get(lane, 'level')
  const isLevel = level === undefined || levelValue(level) !== undefined
  return [
    ...shape,
    ...(isLevel
      ? []
      : [adapterFinding({ path: `${path}.level`, expected: 'a level name', got: describeValue(level), hint: levelHint(level) })]),
    ...(shape.length > 0 ? [] : checkPauses(lane, path)),
  ]
}

function checkPauses(lane: LaneOptions, path: string): readonly Finding[] {
  const { retryMinMs, retryMaxMs } = { ...LANE_DEFAULTS, ...lane }
  if (retryMinMs <= retryMaxMs) return []
  const expected = `at most \`retryMaxMs\`, which is ${retryMaxMs}`
  return [adapterFinding({ path: `${path}.retryMinMs`, expected, got: describeValue(retryMinMs) })]
}
