import { type ChildProcess, spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import koffi from 'koffi'

/**
 * The first process of a journald's host. Told so over IPC, it starts journald, and ends it when the test is gone. As systemd does, it can
 * own the sockets: then they outlive journald, with what is in them. The answer to each order is the process id.
 */
export type Order =
  /** @param keepsSockets whether the sockets belong to this process */
  { readonly start: true; readonly keepsSockets: boolean }

const JOURNALD = '/lib/systemd/systemd-journald'
const AF_UNIX = 1
const SOCK_STREAM = 1
const SOCK_DGRAM = 2
const SOL_SOCKET = 1
const SO_PASSCRED = 16

let journald: ChildProcess | undefined
let sockets: readonly number[] | undefined

process.on('message', ({ keepsSockets }: Order) => {
  sockets ??= keepsSockets ? bindSockets() : []
  // the shell becomes journald, which wants its own id in the environment
  journald = spawn('/bin/sh', ['-c', `LISTEN_PID=$$ exec ${JOURNALD}`], {
    env: sockets.length > 0 ? { LISTEN_FDS: String(sockets.length) } : {},
    stdio: ['ignore', openSync('/var/log/journald.out', 'a'), openSync('/var/log/journald.out', 'a'), ...sockets],
  })
  journald.once('spawn', () => process.send?.(journald?.pid))
})

process.on('disconnect', () => {
  journald?.kill('SIGKILL')
  process.exit()
})

function bindSockets(): readonly number[] {
  const library = koffi.load(null)
  const socket = library.func('int socket(int, int, int)')
  const bind = library.func('int bind(int, const void *, uint32_t)')
  const listen = library.func('int listen(int, int)')
  const setsockopt = library.func('int setsockopt(int, int, int, const void *, uint32_t)')
  const open = (name: string, type: number): number => {
    const descriptor = socket(AF_UNIX, type, 0) as number
    const path = `/run/systemd/journal/${name}`
    const address = Buffer.alloc(2 + path.length + 1)
    address.writeUInt8(AF_UNIX, 0)
    address.write(path, 2)
    const on = Buffer.from(new Int32Array([1]).buffer)
    const isBound =
      bind(descriptor, address, address.length) === 0 && setsockopt(descriptor, SOL_SOCKET, SO_PASSCRED, on, 4) === 0
    if (!isBound || (type === SOCK_STREAM && listen(descriptor, 128) !== 0)) throw new Error(`${path}: errno ${koffi.errno()}`)
    return descriptor
  }
  return [open('stdout', SOCK_STREAM), open('socket', SOCK_DGRAM)]
}
