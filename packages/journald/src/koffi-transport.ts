import { endianness } from 'node:os'
import type { Libc } from './libc.js'
import type { DatagramTransport } from './transport.js'

const AF_UNIX = 1
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0o2_000_000
const SOL_SOCKET = 1
const SO_SNDTIMEO = process.arch === 'ppc64' ? 19 : 21
const SCM_RIGHTS = 1
const MSG_DONTWAIT = 0x40
const MSG_NOSIGNAL = 0x4000
const MFD_CLOEXEC = 1
const MFD_ALLOW_SEALING = 2
const F_ADD_SEALS = 1033
/** Against shrinking, growing, writing and unsealing: only then journald maps the file instead of copying it. */
const ALL_SEALS = 0xf
const INT_BYTES = 4
/** How long a send may block: long enough for a journald that is busy, short enough for a log call. */
const BLOCK_MICROSECONDS = 10_000

/** Sends through the C library; nothing is opened before the first send. */
export class KoffiTransport implements DatagramTransport {
  readonly #libc: Libc
  readonly #address: Uint8Array
  #socket: number | undefined
  /** Without a time limit on its sends the socket must never block. */
  #blockingFlags = MSG_NOSIGNAL

  constructor(libc: Libc, path: string) {
    this.#libc = libc
    this.#address = addressOf(path)
  }

  send(bytes: Uint8Array, length: number, mayBlock: boolean): string | undefined {
    const socket = this.#socket ?? this.#open()
    if (typeof socket === 'string') return socket
    const sent = this.#libc.sendto(socket, bytes, length, this.#flags(mayBlock), this.#address, this.#address.length)
    return sent < 0 ? this.#libc.fault() : undefined
  }

  makeFile(bytes: Uint8Array, length: number): number {
    const libc = this.#libc
    const file = libc.memfd_create('journal-entry', MFD_CLOEXEC | MFD_ALLOW_SEALING)
    if (file < 0) throw this.#systemError('memfd_create')
    try {
      for (let done = 0; done < length; ) {
        const written = libc.write(file, bytes.subarray(done, length), length - done)
        if (written < 0) throw this.#systemError('write')
        done += written
      }
      if (libc.fcntl(file, F_ADD_SEALS, 'int', ALL_SEALS) < 0) throw this.#systemError('fcntl')
    } catch (error) {
      libc.close(file)
      throw error
    }
    return file
  }

  sendFile(file: number, mayBlock: boolean): string | undefined {
    const socket = this.#socket ?? this.#open()
    if (typeof socket === 'string') return socket
    const control = rightsOf(file, this.#libc.wordBytes)
    const message = {
      name: this.#address,
      namelen: this.#address.length,
      iov: null,
      iovlen: 0,
      control,
      controllen: control.length,
      flags: 0,
    }
    return this.#libc.sendmsg(socket, message, this.#flags(mayBlock)) < 0 ? this.#libc.fault() : undefined
  }

  /** Not through `node:fs`: in a worker thread that warns of descriptors that it did not open. */
  closeFile(file: number): void {
    this.#libc.close(file)
  }

  close(): void {
    if (this.#socket !== undefined) this.#libc.close(this.#socket)
    this.#socket = undefined
  }

  #open(): number | string {
    const libc = this.#libc
    const socket = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)
    if (socket < 0) return libc.fault()
    const time = { sec: 0, usec: BLOCK_MICROSECONDS }
    const isBounded = libc.setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, time, libc.timeBytes) === 0
    this.#blockingFlags = isBounded ? MSG_NOSIGNAL : MSG_NOSIGNAL | MSG_DONTWAIT
    this.#socket = socket
    return socket
  }

  #flags(mayBlock: boolean): number {
    return mayBlock ? this.#blockingFlags : MSG_NOSIGNAL | MSG_DONTWAIT
  }

  #systemError(call: string): Error {
    const code = this.#libc.fault()
    return Object.assign(new Error(`${code}: ${call}`), { code, syscall: call })
  }
}

/** `struct sockaddr_un`: the family, then the path and its NUL. */
function addressOf(path: string): Uint8Array {
  const address = Buffer.alloc(2 + Buffer.byteLength(path) + 1)
  writeInteger(address, AF_UNIX, 0, 2)
  address.write(path, 2)
  return address
}

/**
 * `struct cmsghdr` with one descriptor, for 64 bits:
 *
 * ```
 * 0      8       12     16    20
 * | len  | level | type | fd  | padding
 * ```
 */
function rightsOf(file: number, wordBytes: number): Uint8Array {
  const head = wordBytes + 2 * INT_BYTES
  const length = head + INT_BYTES
  const control = Buffer.alloc(Math.ceil(length / wordBytes) * wordBytes)
  writeInteger(control, length, 0, wordBytes)
  writeInteger(control, SOL_SOCKET, wordBytes, INT_BYTES)
  writeInteger(control, SCM_RIGHTS, wordBytes + INT_BYTES, INT_BYTES)
  writeInteger(control, file, head, INT_BYTES)
  return control
}

/** In the order of bytes of this machine. */
function writeInteger(target: Buffer, value: number, offset: number, bytes: number): void {
  const most = Math.min(bytes, INT_BYTES)
  if (endianness() === 'LE') target.writeUIntLE(value, offset, most)
  else target.writeUIntBE(value, offset + bytes - most, most)
}
