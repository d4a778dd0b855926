import { createRequire } from 'node:module'
import { constants } from 'node:os'

/** What of the C library is used. Numbers below 0 are failures; `fault` tells which. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number
  sendto(fd: number, bytes: Uint8Array, length: number, flags: number, address: Uint8Array, addressLength: number): number
  sendmsg(fd: number, message: MessageHeader, flags: number): number
  setsockopt(fd: number, level: number, option: number, time: TimeValue, length: number): number
  memfd_create(name: string, flags: number): number
  fcntl(fd: number, command: number, type: 'int', argument: number): number
  write(fd: number, bytes: Uint8Array, length: number): number
  close(fd: number): number
  /** Bytes of a `size_t`. */
  readonly wordBytes: number
  /** Bytes of a `struct timeval`. */
  readonly timeBytes: number
  /** The name of the last call's error, as `EAGAIN`. */
  fault(): string
}

/** `struct msghdr` */
export interface MessageHeader {
  readonly name: Uint8Array
  readonly namelen: number
  readonly iov: null
  readonly iovlen: number
  readonly control: Uint8Array
  readonly controllen: number
  readonly flags: number
}

/** `struct timeval` */
export interface TimeValue {
  readonly sec: number
  readonly usec: number
}

/** Of names for the same number the first counts: `EAGAIN`, not `EWOULDBLOCK`. */
const FAULTS: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno)
    .reverse()
    .map(([name, number]) => [number, name]),
)
/** Not among those that Node names. */
const ETOOMANYREFS = 109

let loaded: Libc | undefined

/** Loads koffi and binds the functions, once for each thread. Throws when the optional package is not there or must not be loaded. */
export function loadLibc(): Libc {
  loaded ??= bind(createRequire(import.meta.url)('koffi') as typeof import('koffi'))
  return loaded
}

/** The name of a system error. */
export function nameOfFault(number: number): string {
  return FAULTS.get(number) ?? (number === ETOOMANYREFS ? 'ETOOMANYREFS' : `errno ${number}`)
}

function bind(koffi: typeof import('koffi')): Libc {
  // the process has its C library already, whichever it is
  const library = koffi.load(null)
  const header = koffi.struct({
    name: 'void *',
    namelen: 'uint32_t',
    iov: 'void *',
    iovlen: 'size_t',
    control: 'void *',
    controllen: 'size_t',
    flags: 'int',
  })
  const time = koffi.struct({ sec: 'long', usec: 'long' })
  // koffi has no ssize_t
  return {
    socket: library.func('socket', 'int', ['int', 'int', 'int']),
    sendto: library.func('sendto', 'intptr_t', ['int', 'const void *', 'size_t', 'int', 'const void *', 'uint32_t']),
    sendmsg: library.func('sendmsg', 'intptr_t', ['int', koffi.pointer(header), 'int']),
    setsockopt: library.func('setsockopt', 'int', ['int', 'int', 'int', koffi.pointer(time), 'uint32_t']),
    memfd_create: library.func('memfd_create', 'int', ['const char *', 'unsigned int']),
    fcntl: library.func('fcntl', 'int', ['int', 'int', '...']),
    write: library.func('write', 'intptr_t', ['int', 'const void *', 'size_t']),
    close: library.func('close', 'int', ['int']),
    wordBytes: koffi.sizeof('size_t'),
    timeBytes: koffi.sizeof(time),
    fault: () => nameOfFault(koffi.errno()),
  }
}
