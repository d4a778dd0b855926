import { Session } from 'node:inspector/promises'
import type { HotSpot } from '../bench.js'

const SAMPLING_INTERVAL_US = 200
const SHOWN_SPOTS = 25

/** Samples this process, to show what stands in the way of a gate. */
export class Profile {
  readonly #session = new Session()

  async start(): Promise<void> {
    this.#session.connect()
    await this.#session.post('Profiler.enable')
    await this.#session.post('Profiler.setSamplingInterval', { interval: SAMPLING_INTERVAL_US })
    await this.#session.post('Profiler.start')
  }

  /** The functions with the most time of their own, most first. */
  async stop(): Promise<readonly HotSpot[]> {
    const { profile } = await this.#session.post('Profiler.stop')
    this.#session.disconnect()
    const places = new Map(
      profile.nodes.map(({ id, callFrame }) => [id, `${callFrame.functionName || '(anonymous)'} ${file(callFrame)}`]),
    )
    const samples = profile.samples ?? []
    const hits = new Map<string, number>()
    for (const sample of samples) {
      const place = places.get(sample) ?? ''
      // waiting for its turn
      if (!place.startsWith('(idle)') && !place.startsWith('(program)')) hits.set(place, (hits.get(place) ?? 0) + 1)
    }
    const total = [...hits.values()].reduce((sum, count) => sum + count, 0)
    return [...hits]
      .sort(([, a], [, b]) => b - a)
      .slice(0, SHOWN_SPOTS)
      .map(([place, count]) => ({ place, share: count / total }))
  }
}

function file({ url, lineNumber }: { readonly url: string; readonly lineNumber: number }): string {
  return url === '' ? '' : `${url.split('/').slice(-3).join('/')}:${lineNumber + 1}`
}
