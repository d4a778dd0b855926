import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { JournaldAdapter, journaldAdapter, journaldSettings } from '@holdfast/journald'
import { describeAdapter, hasFirstWord, makeRecords } from '@holdfast/testkit'

const HEADER_LINES = 7

/** Takes lines as journald does: it ends its own side of a connection at once, and a restart breaks what is open. */
class StreamServer {
  readonly #path: string
  readonly #open = new Set<Socket>()
  readonly #texts: string[] = []
  #server: Server | undefined

  constructor(dir: string) {
    this.#path = join(dir, 'stdout')
  }

  async start(): Promise<void> {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#serve(socket)).listen(this.#path)
    await once(this.#server, 'listening')
  }

  async stop(): Promise<void> {
    for (const socket of this.#open) socket.destroy()
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    server.close()
    await once(server, 'close')
  }

  /** What has arrived, without what each connection began with. */
  get lines(): readonly string[] {
    return this.#texts.flatMap((text) => text.split('\n').slice(HEADER_LINES, -1))
  }

  get headers(): readonly (readonly string[])[] {
    return this.#texts.map((text) => text.split('\n').slice(0, HEADER_LINES))
  }

  #serve(socket: Socket): void {
    const index = this.#texts.push('') - 1
    this.#open.add(socket)
    socket.end()
    socket.on('error', () => undefined)
    socket.on('close', () => this.#open.delete(socket))
    socket.setEncoding('utf8').on('data', (text) => {
      this.#texts[index] += String(text)
    })
  }
}

const servers = new Map<string, StreamServer>()

/** What the kernel has is on its way to the server for a moment. */
async function settled(dir: string): Promise<readonly string[]> {
  for (let before = -1; before !== servers.get(dir)?.lines.length; ) {
    before = servers.get(dir)?.lines.length ?? -1
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  return servers.get(dir)?.lines ?? []
}

describeAdapter({
  name: 'journald, stream client',
  recipe: (dir) => journaldAdapter({ client: 'stream', path: join(dir, 'socket') }),
  readBack: settled,
  matches: hasFirstWord,
  setUp: async (dir) => {
    const server = new StreamServer(dir)
    servers.set(dir, server)
    await server.start()
  },
  tearDown: async (dir) => {
    await servers.get(dir)?.stop()
    servers.delete(dir)
  },
  breakIt: async (dir) => {
    // what is not read yet would die with the connection
    await settled(dir)
    await servers.get(dir)?.stop()
    return () => servers.get(dir)?.start()
  },
})

test('a connection begins with what sd_journal_stream_fd(3) sends, the service as identifier', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'holdfast-stream-'))
  const server = new StreamServer(dir)
  await server.start()
  const adapter = new JournaldAdapter(journaldSettings({ name: 'journald', client: 'stream', path: join(dir, 'socket') }))

  await adapter.write(makeRecords(3), new AbortController().signal)

  servers.set(dir, server)
  await settled(dir)
  adapter.close()
  await server.stop()
  rmSync(dir, { recursive: true })
  assert.deepEqual(server.headers, [['testkit', '', '6', '1', '0', '0', '0']])
})
