import { writeStderr } from '../diagnostics/hub.js'

/** How a lane stands when the process ends. */
export interface LaneEnd {
  readonly name: string
  readonly delivered: number
  /** Events not delivered. */
  readonly pending: number
  /** Those of them that end with this process. */
  readonly lost: number
}

/** Judges each event that is logged after the last drain. */
export class LateEvents {
  readonly #delivered: Map<string, number>
  readonly #told = new Set<string>()

  constructor(lanes: readonly LaneEnd[]) {
    this.#delivered = new Map(lanes.map(({ name, delivered }) => [name, delivered]))
  }

  /** False when the last event is lost to every lane that wanted it. A lane that loses any is told of once. */
  isTaken(lanes: readonly LaneEnd[]): boolean {
    let isLosing = false
    let hasTaker = false
    for (const { name, delivered, lost } of lanes) {
      if (lost === 0 && delivered > (this.#delivered.get(name) ?? 0)) hasTaker = true
      this.#delivered.set(name, delivered)
      if (lost === 0) continue
      isLosing = true
      if (this.#told.has(name)) continue
      this.#told.add(name)
      writeStderr(`holdfast: events for ${name} that were logged while the process ended are not delivered\n`)
    }
    return hasTaker || !isLosing
  }
}
