import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A small HTTP server that keeps the lines it is sent; for the test of `custom-adapter.ts`. */
export class Collector {
  readonly lines: string[] = []
  /** `refuse` answers 503; `hang` does not answer. */
  mode: 'accept' | 'refuse' | 'hang' = 'accept'
  readonly #server: Server

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString()
      if (this.mode === 'hang') return
      if (this.mode === 'accept') this.lines.push(...body.split('\n').slice(0, -1))
      response.writeHead(this.mode === 'accept' ? 204 : 503, { connection: 'close' }).end()
    })
  }

  static listen(): Promise<Collector> {
    const collector = new Collector()
    return new Promise((resolve) => collector.#server.listen(0, '127.0.0.1', () => resolve(collector)))
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/logs`
  }

  close(): Promise<void> {
    this.#server.closeAllConnections()
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }
}
