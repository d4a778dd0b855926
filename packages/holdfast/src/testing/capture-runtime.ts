import type { Adapter, LogEvent, RuntimePort } from '@holdfast/api'
import { installedConfig, makeStandIn, type Runtime, type RuntimeConfig } from '@holdfast/core'
import type { CaptureSettings } from './capture-options.js'
import { frozenClock } from './frozen-clock.js'

/** Memory of one captured event at most is a quarter of a segment; more segments would only keep what is in the records already. */
const RING = { maxBytes: 512 << 10, segmentBytes: 256 << 10 }

/** Fixed names in place of this machine's. */
const FROZEN_CONTEXT = { hostname: 'test-host', processId: 1, processIdChain: [1], userName: 'test-user' }

/** The runtime behind a capture. `init` of the code under test gives it another configuration, and never reaches a real adapter. */
export class CaptureRuntime {
  port: RuntimePort & { readonly runtime: Runtime }
  readonly #settings: CaptureSettings
  readonly #take: (event: LogEvent) => void
  #made = 0

  /** @throws ConfigError when the level is none */
  constructor(settings: CaptureSettings, take: (event: LogEvent) => void) {
    this.#settings = settings
    this.#take = take
    this.port = this.#make(installedConfig() ?? {})
  }

  close(): void {
    // nothing is left to deliver, so there is nothing to wait for
    void this.port.runtime.shutdown()
  }

  /** What `init` would do, with nothing of this process: no environment, no signals, no adapters but the capture's. */
  readonly #init = (config: RuntimeConfig): Runtime => {
    const { runtime } = this.port
    this.port = this.#make(config, config)
    void runtime.shutdown()
    return this.port.runtime
  }

  #make(config: RuntimeConfig, initConfig?: RuntimeConfig): RuntimePort & { readonly runtime: Runtime } {
    const { frozen, nowMs } = this.#settings
    // a run of events numbered from 1 for each, so that no two events of a capture share an id
    const origin = `capture${String(++this.#made).padStart(7, '0')}`
    return makeStandIn(this.#configOf(config), {
      takeInit: this.#init,
      ...(initConfig === undefined ? {} : { initConfig }),
      ...(frozen ? { clock: frozenClock(nowMs), origin } : {}),
    })
  }

  /** What shapes an event is the application's; where it goes, what lets it through and what bounds it is the capture's. */
  #configOf(config: RuntimeConfig): RuntimeConfig {
    const { adapters, queue, ring, level, levels, rateLimit, lastWords, env, join, preset, ...shape } = config
    const { frozen } = this.#settings
    return {
      service: 'test',
      environment: 'test',
      ...shape,
      context: { ...(frozen ? FROZEN_CONTEXT : {}), ...shape.context },
      level: this.#settings.level,
      adapters: [this.#adapter()],
      ring: RING,
    }
  }

  #adapter(): Adapter {
    const writeSync = (batch: Parameters<Adapter['write']>[0]): void => {
      for (const record of batch) this.#take(record.event)
    }
    return { name: 'capture', write: writeSync, writeSync }
  }
}
