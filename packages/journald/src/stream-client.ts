import { createConnection, type Socket } from 'node:net'
import { dirname, join } from 'node:path'
import type { LogEvent, LogRecord } from '@holdfast/api'
import { AdapterError, recordFault } from '@holdfast/core'
import type { JournalClient } from './client.js'
import type { Condition } from './condition.js'
import { streamLine } from './stream-line.js'
import { type Trouble, troubleError, troubleOf } from './trouble.js'

/** Where journald takes text, beside its datagram socket. */
export function streamPath(path: string): string {
  return join(dirname(path), 'stdout')
}

export interface StreamClientParts {
  readonly path: string
  readonly identifier: string | undefined
  readonly condition: Condition
}

/** Writes lines of text to the socket that journald has for the standard output of services: one kept connection, no fields. */
export class StreamClient implements JournalClient {
  readonly kind = 'stream'
  readonly #parts: StreamClientParts
  readonly #line: (event: LogEvent) => string = streamLine()
  #socket: Socket | undefined

  constructor(parts: StreamClientParts) {
    this.#parts = parts
  }

  /** Resolves when the kernel has the lines. */
  async write(batch: readonly LogRecord[], signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { lines, fault } = this.#encodeAll(batch)
    const [first] = batch
    if (first !== undefined && lines.length > 0) await this.#send(first, lines.join(''), signal)
    if (fault !== undefined) throw fault
  }

  /** Lines up to the first record that cannot be encoded. */
  #encodeAll(batch: readonly LogRecord[]): { readonly lines: readonly string[]; readonly fault?: AdapterError } {
    const lines: string[] = []
    for (const [index, record] of batch.entries()) {
      try {
        lines.push(this.#line(record.event))
      } catch (error) {
        return { lines, fault: recordFault(index, error) }
      }
    }
    return { lines }
  }

  async #send({ event }: LogRecord, text: string, signal: AbortSignal): Promise<void> {
    const socket = this.#socket ?? this.#connect(event)
    try {
      await written(socket, text, signal)
      this.#parts.condition.succeed()
    } catch (error) {
      // with half a batch in it nobody can go on
      this.#drop(socket)
      throw this.#failure(error, signal)
    }
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  /** Journald ends its side at once; with a half of the connection gone Node would close the other, and lose what is in it. */
  #connect({ context }: LogEvent): Socket {
    const socket = createConnection({ path: this.#parts.path, allowHalfOpen: true })
    socket.unref()
    socket.resume()
    // a write that is under way is told by itself; without one, the next will find out
    socket.on('error', () => this.#drop(socket))
    socket.on('close', () => this.#drop(socket))
    socket.write(header(this.#parts.identifier ?? context.service ?? 'node'))
    this.#socket = socket
    return socket
  }

  #drop(socket: Socket): void {
    socket.destroy()
    if (this.#socket === socket) this.#socket = undefined
  }

  #failure(error: unknown, signal: AbortSignal): AdapterError {
    const { condition } = this.#parts
    if (signal.aborted) {
      condition.fail('hung', 'the whole time of a call')
      return new AdapterError('Writing to journald was given up.', { code: 'ABORTED', cause: error })
    }
    const { code = 'no error code' } = error as NodeJS.ErrnoException
    const trouble: Trouble = troubleOf(code)
    return troubleError(trouble, condition.fail(trouble, code), 0, error)
  }
}

/** What sd_journal_stream_fd(3) sends first: identifier, unit, priority, whether lines have one of their own, and three times no forwarding. */
function header(identifier: string): string {
  return `${identifier.replaceAll(/\p{Cc}/gu, ' ')}\n\n6\n1\n0\n0\n0\n`
}

function written(socket: Socket, text: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: unknown): void => {
      signal.removeEventListener('abort', onAbort)
      if (error === undefined || error === null) resolve()
      else reject(error)
    }
    const onAbort = (): void => settle(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    socket.write(text, settle)
  })
}
