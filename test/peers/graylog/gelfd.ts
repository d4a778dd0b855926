import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { PATIENCE_MS } from '../../fixtures/patience.js'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const SOURCE = join(ROOT, 'test/peers/graylog/gelfd/main.go')
const PROGRAM = join(ROOT, '.cache/peers/gelfd')
const LIBRARY = '/usr/share/gocode/src/github.com/Graylog2/go-gelf/gelf'

/** A message as Graylog's library understood it. */
export interface Received {
  readonly via: 'tcp' | 'tls' | 'udp'
  readonly error?: string
  readonly version: string
  readonly host: string
  readonly short: string
  readonly full: string
  readonly level: number
  readonly timestamp: number
  readonly extra: Readonly<Record<string, string | number>>
}

/** True when the receiver can be built here; else the test is skipped. */
export function canBuildGelfd(test: TestContext): boolean {
  const missing = spawnSync('go', ['version'], { stdio: 'ignore' }).status === 0 ? '' : 'go'
  const needed = missing === '' && !existsSync(LIBRARY) ? 'golang-github-graylog2-go-gelf-dev' : missing
  if (needed === '') return true
  test.skip(`needs ${needed}`)
  return false
}

/** A GELF receiver made of Graylog's own library. */
export class Gelfd {
  readonly messages: Received[] = []
  readonly #child: ChildProcess
  #ports: Readonly<Record<string, string>> = {}
  #isKilled = false

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** Starts one that ends with the test; arguments as the program has them. */
  static async start(test: TestContext, ...args: readonly string[]): Promise<Gelfd> {
    build()
    const child = spawn(PROGRAM, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    test.after(() => child.kill('SIGKILL'))
    const lines = createInterface(child.stdout)
    const gelfd = new Gelfd(child)
    lines.once('line', (first) => {
      gelfd.#ports = JSON.parse(first) as Record<string, string>
      // at once: messages may come together with it
      lines.on('line', (line) => gelfd.#take(line))
    })
    await once(lines, 'line')
    return gelfd
  }

  port(protocol: 'tcp' | 'tls' | 'udp'): number {
    return Number(this.#ports[protocol]?.split(':').at(-1))
  }

  /** Waits until so many messages have arrived. */
  async received(count: number): Promise<readonly Received[]> {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    while (this.messages.length < count) {
      if (signal.aborted) throw new Error(`Expected ${count} messages, got ${this.messages.length}.`)
      await pause(5)
    }
    return this.messages
  }

  /** Waits until nothing more comes. */
  async settled(): Promise<readonly Received[]> {
    for (let before = -1; before !== this.messages.length; ) {
      before = this.messages.length
      await pause(150)
    }
    return this.messages
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Ends it without a word; the line that it was writing is lost. */
  async kill(): Promise<void> {
    this.#isKilled = true
    const gone = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    await gone
  }

  #take(line: string): void {
    try {
      this.messages.push(JSON.parse(line) as Received)
    } catch (error) {
      if (!(this.#isKilled && error instanceof SyntaxError)) throw error
    }
  }
}

/** Offline, from Debian's packages. Written beside and renamed, because other test files may do the same just now. */
function build(): void {
  if (existsSync(PROGRAM) && statSync(PROGRAM).mtimeMs > statSync(SOURCE).mtimeMs) return
  mkdirSync(join(ROOT, '.cache/peers'), { recursive: true })
  const output = `${PROGRAM}.${process.pid}`
  const settings = { GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOPROXY: 'off', GOFLAGS: '' }
  execFileSync('go', ['build', '-o', output, SOURCE], {
    env: { ...process.env, ...settings, GOCACHE: join(ROOT, '.cache/go-build') },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  renameSync(output, PROGRAM)
}

/** A certificate for localhost that is its own authority. */
export function selfSigned(folder: string): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  return { cert, key }
}
