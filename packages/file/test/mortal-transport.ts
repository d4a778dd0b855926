import type { FileTransport } from '../dist/transport.js'

/** A death: with which operation, and how much of what it should do is done. */
export interface Death {
  readonly operation: number
  /** 0: nothing, 1: all of it; between: that part of a write, or nothing of what cannot be divided. */
  readonly part: number
}

/**
 * The same files as seen by a process that is killed in the middle of an operation: from then on it can do nothing.
 * `die` may kill the process for real.
 */
export class Mortal {
  readonly transport: FileTransport
  isDead = false
  operations = 0

  constructor(inner: FileTransport, death: Death | undefined, die: () => void = () => {}) {
    const wrapped = Object.entries(methodsOf(inner)).map(([name, method]) => [
      name,
      (...given: readonly unknown[]) => {
        if (this.isDead) throw killed()
        if (name === 'uniqueSuffix' || ++this.operations !== death?.operation) return method(...given)
        this.isDead = true
        if (death.part === 1) method(...given)
        else if (name === 'write') method(given[0], given[1], given[2], Math.floor(Number(given[3]) * death.part))
        else if (name === 'writeAt') writePart(method, given, death.part)
        die()
        throw killed()
      },
    ])
    this.transport = Object.fromEntries(wrapped) as FileTransport
  }
}

type Method = (...given: readonly unknown[]) => unknown

function methodsOf(transport: FileTransport): Readonly<Record<string, Method>> {
  const prototype: unknown = Object.getPrototypeOf(transport)
  const owner = prototype === Object.prototype ? transport : prototype
  const names = Object.getOwnPropertyNames(owner) as (keyof FileTransport)[]
  const methods = names.filter((name) => typeof transport[name] === 'function' && (name as string) !== 'constructor')
  return Object.fromEntries(methods.map((name) => [name, (transport[name] as unknown as Method).bind(transport)]))
}

function writePart(method: Method, [fd, bytes, position]: readonly unknown[], part: number): void {
  const all = bytes as Uint8Array
  method(fd, all.subarray(0, Math.floor(all.length * part)), position)
}

function killed(): Error {
  return Object.assign(new Error('EIO: killed'), { code: 'EIO' })
}
