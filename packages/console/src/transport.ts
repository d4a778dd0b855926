import { fstatSync, writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { AdapterError, isBrokenPipe } from '@holdfast/core'
import type { ConsoleSettings, ConsoleStream } from './options.js'

/** A file descriptor: takes bytes at once, or says that it cannot just now. */
export interface Descriptor {
  readonly kind: 'descriptor'
  readonly label: string
  readonly isTTY: boolean
  /** Returns how many bytes went out, at least one; throws the system's error. */
  take(bytes: Uint8Array): number
  /** The stream object to write to in its place: somebody listens in there who would see nothing of what goes to the descriptor. */
  redirected?(): TextStream | undefined
  close(): void
}

/** A stream object: takes whole texts. */
export interface TextStream {
  readonly kind: 'stream'
  readonly label: string
  readonly isTTY: boolean
  /** Whether a text has left this process, or is in the hands of its owner, when `writeSync` returns. */
  readonly isSynchronous: boolean
  writeSync(text: string): void
  /** Resolves when the stream has taken it and is ready for more. */
  write(text: string): Promise<void>
  close(): void
}

export type Sink = Descriptor | TextStream

/** Opens what `stream` names. Nothing is opened in the system's sense: the descriptors are there. */
export function openSinks(stream: ConsoleSettings['stream']): readonly Sink[] {
  switch (stream) {
    case 'stdout':
      return [new ProcessOutput(1, 'stdout')]
    case 'stderr':
      return [new ProcessOutput(2, 'stderr')]
    case 'both':
      return [new ProcessOutput(1, 'stdout'), new ProcessOutput(2, 'stderr')]
    case 'none':
      return []
    default:
      return [new StreamSink(stream)]
  }
}

/**
 * Writes to the descriptor and not through `process.stdout`: that would buffer in memory, lose its buffer in `process.exit`,
 * and raise 'error' events for a closed pipe. Unless somebody has replaced its `write`, as spies and
 * process managers do. In a worker thread lines always go the way of `console`: a thread cannot tell that it was started with
 * `{ stdout: true }`, and only there would its creator find them.
 */
class ProcessOutput implements Descriptor {
  readonly kind = 'descriptor'
  readonly label: 'stdout' | 'stderr'
  readonly isTTY: boolean
  readonly #fd: 1 | 2
  #stream: StreamSink | undefined

  constructor(fd: 1 | 2, label: 'stdout' | 'stderr') {
    this.label = label
    this.isTTY = isatty(fd)
    this.#fd = fd
  }

  take(bytes: Uint8Array): number {
    return writeSync(this.#fd, bytes)
  }

  redirected(): TextStream | undefined {
    const stream = process[this.label]
    if (isMainThread && isOwn(stream, this.#fd)) return undefined
    if (this.#stream?.isOf(stream) !== true) {
      this.#stream?.close()
      this.#stream = new StreamSink(stream)
    }
    return this.#stream
  }

  close(): void {
    this.#stream?.close()
  }
}

/** Whether a stream is as Node made it: such streams know their descriptor and inherit their `write`. A spy has one of its own. */
function isOwn(stream: NodeJS.WriteStream, fd: number): boolean {
  return Reflect.get(stream, 'fd') === fd && stream.write === Reflect.get(Object.getPrototypeOf(stream), 'write')
}

/** Whether it is a terminal. The module that knows takes long to load, and in production there is none. */
function isatty(fd: number): boolean {
  return mayBeTerminal(fd) && process.getBuiltinModule('node:tty').isatty(fd)
}

function mayBeTerminal(fd: number): boolean {
  try {
    return process.platform === 'win32' || fstatSync(fd).isCharacterDevice()
  } catch {
    // a closed descriptor is none
    return false
  }
}

/** What we use of a Node.js stream. */
interface Emitter {
  on(event: string, listener: (...args: readonly unknown[]) => void): unknown
  off(event: string, listener: (...args: readonly unknown[]) => void): unknown
}

interface NodeWritable extends ConsoleStream, Emitter {
  readonly writableLength: number
  write(text: string, done?: (error?: Error | null) => void): boolean
}

class StreamSink implements TextStream {
  readonly kind = 'stream'
  readonly label = 'stream'
  readonly isTTY: boolean
  readonly isSynchronous: boolean
  readonly #stream: ConsoleStream
  /** An 'error' event or late rejection, to be thrown by the next write. */
  #error: unknown

  constructor(stream: ConsoleStream) {
    this.#stream = stream
    this.isTTY = stream.isTTY ?? (typeof stream.fd === 'number' && isatty(stream.fd))
    this.isSynchronous = !isNodeWritable(stream) || stream === process.stdout || stream === process.stderr
    // an 'error' event that nobody listens to would end the application
    if (isEmitter(stream)) stream.on('error', this.#keepError)
  }

  isOf(stream: ConsoleStream): boolean {
    return this.#stream === stream
  }

  writeSync(text: string): void {
    this.#throwKept()
    const result: unknown = this.#stream.write(text)
    if (isThenable(result)) result.then(undefined, this.#keepError)
  }

  async write(text: string): Promise<void> {
    const stream = this.#stream
    // its callback says more than an event that may belong to an earlier write
    if (isNodeWritable(stream)) return writeWithCallback(stream, text)
    this.#throwKept()
    const result: unknown = await stream.write(text)
    if (result === false && isEmitter(stream)) await drained(stream)
    return undefined
  }

  close(): void {
    if (isEmitter(this.#stream)) this.#stream.off('error', this.#keepError)
  }

  readonly #keepError = (error: unknown): void => {
    this.#error = error ?? new Error('The stream failed without saying why.')
  }

  #throwKept(): void {
    const error = this.#error
    this.#error = undefined
    if (error !== undefined) throw error
  }
}

function writeWithCallback(stream: NodeWritable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => (error === undefined || error === null ? resolve() : reject(error)))
  })
}

function drained(stream: Emitter): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      stream.off('drain', onDrain)
      stream.off('error', onError)
      stream.off('close', onClose)
      finish()
    }
    const onDrain = (): void => settle(resolve)
    const onError = (error: unknown): void => settle(() => reject(error))
    const onClose = (): void => settle(() => reject(new Error('The stream was closed before it drained.')))
    stream.on('drain', onDrain)
    stream.on('error', onError)
    stream.on('close', onClose)
  })
}

function isEmitter(stream: object): stream is Emitter {
  const { on, off } = stream as Partial<Emitter>
  return typeof on === 'function' && typeof off === 'function'
}

function isNodeWritable(stream: ConsoleStream): stream is NodeWritable {
  return isEmitter(stream) && typeof (stream as Partial<NodeWritable>).writableLength === 'number'
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as Partial<PromiseLike<unknown>>).then === 'function'
}

/** The system's code of an error, as `EPIPE`. */
export function codeOf(error: unknown): string | undefined {
  const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined
  return typeof code === 'string' ? code : undefined
}

/** Whether an error means that nobody will read there any more. */
export function isGone(error: unknown): boolean {
  return isBrokenPipe(codeOf(error))
}

/** A failure as the lane wants to hear it. */
export function toAdapterError(cause: unknown, label: string, accepted: number): AdapterError {
  const code = codeOf(cause) ?? 'WRITE_FAILED'
  const why = cause instanceof Error ? cause.message : String(cause)
  return new AdapterError(`Expected \`${label}\` to take log lines, got ${REASONS[code] ?? why}.`, { accepted, code, cause })
}

const REASONS: Readonly<Record<string, string>> = {
  EAGAIN: 'EAGAIN: its reader is slow',
  EPIPE: 'EPIPE: its reader is gone',
  EBADF: 'EBADF: it is closed',
}
