import type { FileTransport } from '../dist/transport.js'

/** What an operating system may do instead of what was asked: fail, do it and fail, do half, do it twice and answer for the second time. */
export type Fault = 'before' | 'after' | 'short' | 'twice'

type Method = (...given: readonly unknown[]) => unknown

/** Operations that change nothing: failing before and after is the same for them. */
const LOOKS = new Set(['read', 'statusOf', 'status', 'linkStatus', 'list', 'listLater', 'linkStatusLater', 'openElsewhereLater'])
/** Operations that can be done by half. */
const DIVISIBLE = new Set(['write', 'writeAt', 'truncate', 'read'])

/** Whether a fault is one that an operation can have. Bytes that are appended twice by the system cannot be told from two writes. */
export function canHave(operation: string, fault: Fault): boolean {
  switch (fault) {
    case 'before':
      return true
    case 'after':
      return !LOOKS.has(operation)
    case 'short':
      return DIVISIBLE.has(operation)
    case 'twice':
      return !LOOKS.has(operation) && !['write', 'close', 'gzipLater'].includes(operation)
  }
}

/** The same files behind a system that has one fault, in the n-th operation. */
export class Faulty {
  readonly transport: FileTransport
  /** Names of the operations so far. */
  readonly operations: string[] = []
  readonly #inner: FileTransport

  constructor(inner: FileTransport, at: number | undefined, fault: Fault) {
    this.#inner = inner
    this.transport = new Proxy(inner, {
      get: (target, key) => {
        const method = Reflect.get(target, key, target) as Method
        if (typeof method !== 'function' || key === 'uniqueSuffix') return method
        return (...given: readonly unknown[]) => {
          const isHit = this.operations.push(String(key)) === at
          return isHit ? this.#fail(String(key), method.bind(target), given, fault) : method.apply(target, [...given])
        }
      },
    })
  }

  #fail(operation: string, method: Method, given: readonly unknown[], fault: Fault): unknown {
    if (operation.endsWith('Later')) return this.#failLater(operation, method, given, fault)
    switch (fault) {
      case 'before':
        throw failure(operation)
      case 'after':
        this.#undo(operation, method(...given))
        throw failure(operation)
      case 'short':
        return this.#half(operation, method, given)
      case 'twice':
        this.#undo(operation, method(...given))
        return method(...given)
    }
  }

  async #failLater(operation: string, method: Method, given: readonly unknown[], fault: Fault): Promise<unknown> {
    if (fault !== 'before') await method(...given)
    if (fault === 'twice') return await method(...given)
    throw failure(operation)
  }

  #half(operation: string, method: Method, given: readonly unknown[]): unknown {
    const [fd, bytes, third, fourth] = given
    switch (operation) {
      case 'write':
        return method(fd, bytes, third, Math.ceil(Number(fourth) / 2))
      case 'read':
        return method(fd, bytes, Math.floor(Number(third) / 2), fourth)
      case 'truncate': {
        const { size } = this.#inner.statusOf(Number(fd))
        method(fd, Math.ceil((size + Number(bytes)) / 2))
        throw failure(operation)
      }
      default:
        method(fd, (bytes as Uint8Array).subarray(0, Math.floor((bytes as Uint8Array).length / 2)), third)
        throw failure(operation)
    }
  }

  #undo(operation: string, answer: unknown): void {
    if (operation === 'open') this.#inner.close(Number(answer))
  }
}

function failure(operation: string): Error {
  return Object.assign(new Error(`EIO: i/o error, ${operation}`), { code: 'EIO' })
}
