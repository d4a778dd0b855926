import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AdapterError, type Clock } from '@holdfast/core'
import { codeOf } from '../failure.js'

/** The owner touches its file this often; a thread of a living process that has not for so long is gone. */
const BEAT_MS = 2000
const GONE_MS = 15_000
const ATTEMPTS_MAX = 3

interface Owner {
  readonly pid: number
  /** When the process began, and in which boot: a number is used again, these are not. Empty where the system does not tell. */
  readonly began: string
  readonly token: string
}

/** The right to use a directory, held through a file in it. */
export class Ownership {
  readonly #path: string
  readonly #clock: Clock
  #cancelBeat: (() => void) | undefined

  private constructor(path: string, clock: Clock) {
    this.#path = path
    this.#clock = clock
    this.#beat()
  }

  /** Takes a directory, or throws an `AdapterError` that names the process that has it. What a dead one left is taken over. */
  static async take(dir: string, clock: Clock): Promise<Ownership> {
    const path = join(dir, 'owner')
    const owner: Owner = { pid: process.pid, began: await beginningOf(process.pid), token: randomUUID() }
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      try {
        await writeFile(path, JSON.stringify(owner), { flag: 'wx', mode: 0o600 })
        return new Ownership(path, clock)
      } catch (error) {
        // it may have been written, and an error reported all the same
        if (parseOwner(await readText(path))?.token === owner.token) return new Ownership(path, clock)
        if (codeOf(error) !== 'EEXIST') throw error
      }
      const text = await readText(path)
      const other = parseOwner(text)
      if (other !== undefined && (await isAlive(other, path, clock))) throw taken(dir, other.pid)
      await putAside(path, text, owner.token)
    }
    throw taken(dir, undefined)
  }

  async release(): Promise<void> {
    this.#cancelBeat?.()
    await rm(this.#path, { force: true })
  }

  #beat(): void {
    this.#cancelBeat = this.#clock.after(BEAT_MS, () => {
      const now = this.#clock.now() / 1000
      // a directory that was taken away shows at the next write
      utimes(this.#path, now, now).catch(() => undefined)
      this.#beat()
    })
  }
}

function taken(dir: string, pid: number | undefined): AdapterError {
  const by = pid === undefined ? 'another process' : `process ${pid}`
  return new AdapterError(`The spool ${dir} belongs to ${by}. Give each process a \`spool.dir\` of its own.`, {
    code: 'SPOOL_TAKEN',
    accepted: 0,
  })
}

/** Removes what a dead owner left. Another process that took the directory meanwhile gets its file back. */
async function putAside(path: string, dead: string, token: string): Promise<void> {
  const aside = `${path}.${token}`
  try {
    await rename(path, aside)
    if ((await readText(aside)) !== dead) await link(aside, path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EEXIST') throw error
  } finally {
    // under a name that is nobody else's
    await rm(aside, { force: true }).catch(() => undefined)
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return ''
    throw error
  }
}

/** A text that is torn was being written when its process died. */
function parseOwner(text: string): Owner | undefined {
  try {
    const owner: unknown = JSON.parse(text)
    return isOwner(owner) ? owner : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

async function isAlive({ pid, began }: Owner, path: string, clock: Clock): Promise<boolean> {
  if (!processExists(pid)) return false
  const now = await beginningOf(pid)
  if (now !== began) return false
  if (pid !== process.pid) return true
  // a thread of this process: it may have ended without a word
  try {
    return clock.now() - (await stat(path)).mtimeMs < GONE_MS
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

async function beginningOf(pid: number): Promise<string> {
  try {
    const [boot, status] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ])
    // the name in brackets may hold anything; the 20th field behind it is the time of the start
    return `${boot.trim()}:${status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`
  } catch (error) {
    if (codeOf(error) !== '') return ''
    throw error
  }
}

function isOwner(value: unknown): value is Owner {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    typeof value.pid === 'number' &&
    value.pid > 0 &&
    'began' in value &&
    typeof value.began === 'string'
  )
}
