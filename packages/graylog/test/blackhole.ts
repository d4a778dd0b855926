import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises'

const HANG_MS = 150

/** Listens, then never does anything again: its queue of connections fills up, and the kernel drops what comes after. */
const PROGRAM = `
const server = require('node:net').createServer().listen({ port: Number(process.argv[1]), host: '127.0.0.1', backlog: 1 }, () => {
  require('node:fs').writeSync(1, String(server.address().port))
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})`

/** A port at which connecting hangs, as behind a firewall that drops what it does not like. */
export class Blackhole {
  readonly port: number
  readonly #child: ChildProcess
  readonly #sockets: readonly Socket[]

  private constructor(port: number, child: ChildProcess, sockets: readonly Socket[]) {
    this.port = port
    this.#child = child
    this.#sockets = sockets
  }

  static async open(port = 0): Promise<Blackhole> {
    const child = spawn(process.execPath, ['-e', PROGRAM, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [said] = (await once(child.stdout, 'data')) as [Buffer]
    const own = Number(said.toString())
    const sockets: Socket[] = []
    for (let hasRoom = true; hasRoom; ) {
      const socket = connect(own, '127.0.0.1').on('error', () => undefined)
      sockets.push(socket)
      await Promise.race([once(socket, 'connect'), pause(HANG_MS)])
      // a loop that was held up has not looked at its sockets yet
      await nextTurn()
      hasRoom = !socket.connecting
    }
    return new Blackhole(own, child, sockets)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#child.kill('SIGKILL')
    await once(this.#child, 'exit')
  }
}
