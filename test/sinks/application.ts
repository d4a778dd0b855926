import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { HOLDFAST } from '../fixtures/spawn.js'
import type { Sink } from './sinks.js'

export interface ApplicationOptions {
  readonly worker: 'local' | 'thread' | 'process'
  /** Folder for the configuration module and the runs. */
  readonly folder: string
  /** More of the queue's options, as the inside of an object. */
  readonly queue?: string
  /** More of the configuration. */
  readonly more?: string
}

/** Writes a configuration module with these sinks; returns its URL. */
export function writeConfig(sinks: readonly Sink[], { worker, folder, queue = '', more = '' }: ApplicationOptions): string {
  const path = join(folder, 'holdfast.config.mjs')
  const heads = [...new Set(sinks.map(({ head }) => head))].join('\n')
  const spoolDir = JSON.stringify(join(folder, 'runs'))
  writeFileSync(
    path,
    `${heads}
    export default {
      service: 'shop',
      // the machine may be busy with other tests
      lastWords: { budgetMs: 20_000 },
      queue: { worker: '${worker}', spoolDir: ${spoolDir}, stopTimeoutMs: 20_000, ${queue} },
      adapters: [${sinks.map(({ adapter }) => adapter).join(', ')}],
      ${more}
    }`,
  )
  return pathToFileURL(path).href
}

/** The beginning of an application with this configuration: `say(n)` logs an event of that number, which has to be accepted. */
export function applicationHead(config: string): string {
  return `
    import { get, init, shutdown } from '${HOLDFAST}'
    const runtime = init(new URL('${config}'))
    const log = get('app')
    const say = (n) => {
      const answer = log.info('event', { n })
      if (answer !== 'accepted') throw new Error(n + ' is ' + answer)
    }
    const turn = () => new Promise((resolve) => setImmediate(resolve))`
}

/** Numbers up to this one. */
export function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1)
}
