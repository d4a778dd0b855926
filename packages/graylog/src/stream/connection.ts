import type { Socket } from 'node:net'
import type { Clock } from '@holdfast/core'

/** One open connection. Says as early as the system can tell that it is broken. */
export class Connection {
  readonly socket: Socket
  readonly #waiting = new Set<(error: Error) => void>()
  #broken: Error | undefined
  #hasEnded = false

  constructor(socket: Socket) {
    this.socket = socket
    // GELF servers never answer; reading is how the end of a connection is noticed
    socket.resume()
    socket.on('error', (error) => this.#break(error))
    socket.on('end', () => {
      this.#hasEnded = true
      this.#break(new Error('the server has closed the connection'))
    })
    socket.on('close', () => this.#break(new Error('the connection was closed')))
  }

  /** Why nothing more can be sent; `undefined` while it can. */
  get broken(): Error | undefined {
    return this.#broken
  }

  /** Resolves when the kernel has taken all bytes. */
  write(bytes: Uint8Array): Promise<void> {
    return this.#orBreak((resolve) => {
      this.socket.write(bytes, (error) => {
        // what has an error is told by the event too
        if (!(error instanceof Error)) resolve()
      })
    })
  }

  /** Lets the loop ask the kernel once, so that an end or a reset that has arrived is noticed. */
  async look(): Promise<void> {
    if (this.#broken === undefined) await turn()
    // the first turn may be the one whose look is already over
    if (this.#broken === undefined) await turn()
  }

  /**
   * Ends our side and waits until the server has ended its own, which it does once it has read everything.
   * False when it did not within the time; rejects when the connection breaks, which says that something was not read.
   */
  async end(clock: Clock, withinMs: number): Promise<boolean> {
    if (this.#broken !== undefined) throw this.#broken
    let cancel: (() => void) | undefined
    try {
      return await new Promise<boolean>((resolve, reject) => {
        cancel = clock.after(withinMs, () => resolve(false), { keepAlive: true })
        this.#waiting.add((error) => (this.#hasEnded ? resolve(true) : reject(error)))
        this.socket.end()
      })
    } finally {
      cancel?.()
    }
  }

  destroy(): void {
    this.#break(new Error('the connection was given up'))
    this.socket.destroy()
  }

  #orBreak(start: (resolve: () => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#broken !== undefined) return reject(this.#broken)
      this.#waiting.add(reject)
      start(() => {
        this.#waiting.delete(reject)
        resolve()
      })
    })
  }

  /** The first reason counts. */
  #break(error: Error): void {
    this.#broken ??= error
    for (const tell of this.#waiting) tell(this.#broken)
    this.#waiting.clear()
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
