import { appendFileSync } from 'node:fs'
import { type Adapter, type AdapterFactory, type AdapterOptions, check, defineAdapter } from 'holdfast'

export interface EarlyFileOptions extends AdapterOptions {
  readonly path: string
}

/** Accepts what it writes a while later: a cursor that runs ahead, planted to see the matrix turn red. */
export const earlyFileAdapter: AdapterFactory<EarlyFileOptions> = defineAdapter<EarlyFileOptions>({
  name: 'earlyFile',
  module: import.meta.url,
  options: { path: check.required(check.text) },
  create: ({ name, path }): Adapter => {
    const held: string[] = []
    return {
      name,
      writeSync(batch) {
        for (const { json } of batch) held.push(`${json}\n`)
      },
      write(batch) {
        for (const { json } of batch) held.push(`${json}\n`)
      },
      close() {
        appendFileSync(path, held.join(''))
      },
    }
  },
})
