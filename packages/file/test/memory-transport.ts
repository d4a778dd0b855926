import { basename, dirname } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { FileStatus, FileTransport, OpenWay } from '../dist/transport.js'

type Operation = Exclude<keyof FileTransport, 'uniqueSuffix'>

interface Node {
  readonly id: number
  kind: FileStatus['kind']
  bytes: Buffer
  mtimeMs: number
  birthMs: number
  names: number
  mode: number
  target?: string
}

interface Fault {
  readonly operation: Operation
  readonly code: string
  /** Calls of the operation that still work. */
  skip: number
  times: number
  /** For `write`: how many bytes arrive before it fails. */
  readonly bytes: number
  /** For `write`: whether the bytes are told by a short count (as a kernel does), or kept secret behind the error. */
  readonly isSecret: boolean
}

/** A file system in memory whose every operation can be made to fail. */
export class MemoryTransport implements FileTransport {
  readonly nodes = new Map<string, Node>()
  readonly calls: Operation[] = []
  readonly #open = new Map<number, { readonly node: Node; readonly canRead: boolean }>()
  #faults: Fault[] = []
  #nextId = 1
  #nextFd = 10
  #free = Number.POSITIVE_INFINITY
  /** Most bytes that one write takes. */
  maxWrite: number = Number.POSITIVE_INFINITY
  now = 0

  /** The next `times` calls of an operation fail, after `skip` that work. */
  fail(operation: Operation, code: string, { skip = 0, times = 1, bytes = 0, isSecret = false }: Partial<Fault> = {}): void {
    this.#faults.push({ operation, code, skip, times, bytes, isSecret })
  }

  heal(): void {
    this.#faults = []
    this.#free = Number.POSITIVE_INFINITY
  }

  /** Room on the disk. */
  set freeBytes(bytes: number) {
    this.#free = bytes
  }

  get openFiles(): number {
    return this.#open.size
  }

  text(path: string): string | undefined {
    return this.nodes.get(path)?.bytes.toString()
  }

  put(path: string, content: string, kind: FileStatus['kind'] = 'file'): void {
    const node = this.#make(kind, 0o640)
    node.bytes = Buffer.from(content)
    node.mtimeMs = this.now
    this.nodes.set(path, node)
  }

  paths(): readonly string[] {
    return [...this.nodes]
      .filter(([, node]) => node.kind !== 'directory')
      .map(([path]) => path)
      .sort()
  }

  // ---- FileTransport

  open(path: string, way: OpenWay, mode: number): number {
    this.#step('open')
    let node = this.nodes.get(path)
    if (way === 'read' && node === undefined) throw systemError('ENOENT', path)
    if (way === 'create' && node !== undefined) throw systemError('EEXIST', path)
    if (node === undefined) {
      if (this.nodes.get(dirname(path))?.kind !== 'directory') throw systemError('ENOENT', path)
      node = this.#make('file', mode)
      this.nodes.set(path, node)
    }
    const fd = this.#nextFd++
    this.#open.set(fd, { node, canRead: way !== 'feed' })
    return fd
  }

  write(fd: number, bytes: Uint8Array, offset: number, length: number): number {
    const { node } = this.#handle(fd)
    const fault = this.#due('write')
    if (fault !== undefined) {
      const arrived = Math.min(fault.bytes, length)
      this.#append(node, bytes.subarray(offset, offset + arrived))
      if (arrived > 0 && !fault.isSecret) {
        // the error comes with the next call, as kernels do it
        this.#faults.unshift({ ...fault, skip: 0, bytes: 0, times: 1 })
        return arrived
      }
      throw systemError(fault.code, 'write')
    }
    const taken = Math.min(length, this.maxWrite, this.#free)
    if (taken === 0) throw systemError('ENOSPC', 'write')
    this.#free -= taken
    this.#append(node, bytes.subarray(offset, offset + taken))
    return taken
  }

  writeAt(fd: number, bytes: Uint8Array, position: number): void {
    this.#step('writeAt')
    const { node } = this.#handle(fd)
    const grown = Buffer.alloc(Math.max(node.bytes.length, position + bytes.length))
    node.bytes.copy(grown)
    grown.set(bytes, position)
    node.bytes = grown
  }

  list(path: string): readonly string[] {
    this.#step('list')
    return [...this.nodes.keys()].filter((name) => dirname(name) === path && name !== path).map((name) => basename(name))
  }

  read(fd: number, bytes: Uint8Array, length: number, position: number): number {
    this.#step('read')
    const { node, canRead } = this.#handle(fd)
    if (!canRead) throw systemError('EBADF', 'read')
    return node.bytes.copy(bytes, 0, position, position + length)
  }

  statusOf(fd: number): FileStatus {
    this.#step('statusOf')
    return statusOf(this.#handle(fd).node)
  }

  status(path: string): FileStatus | undefined {
    this.#step('status')
    const node = this.nodes.get(path)
    if (node?.kind === 'link') return this.status(`${dirname(path)}/${node.target}`)
    return node && statusOf(node)
  }

  linkStatus(path: string): FileStatus | undefined {
    this.#step('linkStatus')
    const node = this.nodes.get(path)
    return node && statusOf(node)
  }

  truncate(fd: number, size: number): void {
    this.#step('truncate')
    const { node } = this.#handle(fd)
    node.bytes = Buffer.from(node.bytes.subarray(0, size))
  }

  chmod(fd: number, mode: number): void {
    this.#step('chmod')
    this.#handle(fd).node.mode = mode
  }

  sync(fd: number): void {
    this.#step('sync')
    this.#handle(fd)
  }

  close(fd: number): void {
    this.#handle(fd)
    this.#open.delete(fd)
    this.#step('close')
  }

  makeDirectory(path: string, mode: number): void {
    this.#step('makeDirectory')
    for (let at = path; !this.nodes.has(at); at = dirname(at)) {
      this.nodes.set(at, this.#make('directory', mode))
      if (at === dirname(at)) return
    }
  }

  syncDirectory(_path: string): void {
    this.#step('syncDirectory')
  }

  rename(from: string, to: string): void {
    this.#step('rename')
    const node = this.nodes.get(from)
    if (node === undefined) throw systemError('ENOENT', from)
    const replaced = this.nodes.get(to)
    if (replaced?.kind === 'directory') throw systemError('EISDIR', to)
    if (replaced !== undefined) replaced.names--
    this.nodes.delete(from)
    this.nodes.set(to, node)
  }

  remove(path: string): void {
    this.#step('remove')
    const node = this.nodes.get(path)
    if (node === undefined) throw systemError('ENOENT', path)
    node.names--
    this.nodes.delete(path)
  }

  symlink(target: string, path: string): void {
    this.#step('symlink')
    if (this.nodes.has(path)) throw systemError('EEXIST', path)
    this.nodes.set(path, { ...this.#make('link', 0o777), target })
  }

  uniqueSuffix(): string {
    return `1-${this.#nextId++}`
  }

  async syncLater(fd: number): Promise<void> {
    this.#step('syncLater')
    await Promise.resolve()
    this.#handle(fd)
  }

  async listLater(path: string): Promise<readonly string[]> {
    this.#step('listLater')
    await Promise.resolve()
    return [...this.nodes.keys()].filter((name) => dirname(name) === path && name !== path).map((name) => basename(name))
  }

  async linkStatusLater(path: string): Promise<FileStatus | undefined> {
    this.#step('linkStatusLater')
    await Promise.resolve()
    const node = this.nodes.get(path)
    return node && statusOf(node)
  }

  async removeLater(path: string): Promise<void> {
    this.#step('removeLater')
    await Promise.resolve()
    this.remove(path)
  }

  async removeDirectoryLater(path: string): Promise<void> {
    this.#step('removeDirectoryLater')
    await Promise.resolve()
    if ([...this.nodes.keys()].some((name) => dirname(name) === path)) throw systemError('ENOTEMPTY', path)
    this.nodes.delete(path)
  }

  async renameLater(from: string, to: string): Promise<void> {
    this.#step('renameLater')
    await Promise.resolve()
    this.rename(from, to)
  }

  /** Identities of files that another process has open. */
  openElsewhere: ReadonlySet<string> | undefined = new Set()

  async openElsewhereLater(): Promise<ReadonlySet<string> | undefined> {
    this.#step('openElsewhereLater')
    await Promise.resolve()
    return this.openElsewhere
  }

  async gzipLater(from: string, to: string, _signal: AbortSignal): Promise<void> {
    const source = this.nodes.get(from)
    if (source === undefined) throw systemError('ENOENT', from)
    this.put(to, '')
    await Promise.resolve()
    this.#step('gzipLater')
    const target = this.nodes.get(to)
    if (target === undefined) throw systemError('ENOENT', to)
    target.bytes = gzipSync(source.bytes)
    target.mtimeMs = source.mtimeMs
  }

  // ---- inside

  #make(kind: FileStatus['kind'], mode: number): Node {
    return { id: this.#nextId++, kind, bytes: Buffer.alloc(0), mtimeMs: this.now, birthMs: this.now, names: 1, mode }
  }

  #append(node: Node, bytes: Uint8Array): void {
    node.bytes = Buffer.concat([node.bytes, bytes])
    node.mtimeMs = this.now
  }

  #handle(fd: number): { readonly node: Node; readonly canRead: boolean } {
    const handle = this.#open.get(fd)
    if (handle === undefined) throw systemError('EBADF', String(fd))
    return handle
  }

  #step(operation: Operation): void {
    const fault = this.#due(operation)
    if (fault !== undefined) throw systemError(fault.code, operation)
  }

  #due(operation: Operation): Fault | undefined {
    this.calls.push(operation)
    const fault = this.#faults.find((one) => one.operation === operation)
    if (fault === undefined) return undefined
    if (fault.skip > 0) {
      fault.skip--
      return undefined
    }
    fault.times--
    if (fault.times <= 0) this.#faults = this.#faults.filter((one) => one !== fault)
    return fault
  }
}

function statusOf(node: Node): FileStatus {
  return {
    kind: node.kind,
    size: node.bytes.length,
    mtimeMs: node.mtimeMs,
    changedMs: node.mtimeMs,
    birthMs: node.birthMs,
    identity: String(node.id),
    names: node.names,
    mode: node.mode,
  }
}

function systemError(code: string, what: string): Error {
  return Object.assign(new Error(`${code}: ${what}`), { code })
}
