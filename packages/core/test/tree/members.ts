import { type ChildProcess, type ForkOptions, fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { ProcessId } from '../../dist/tree/process-id.js'
import type { CreatedRun } from '../../dist/tree/run-directory.js'
import type { Answer, Calls } from './member.js'

const PROGRAM = fileURLToPath(new URL('./member.js', import.meta.url))

/** Another process with a tree of its own to look at; see member.ts for what it can be told. */
export interface Member {
  readonly child: ChildProcess
  readonly id: ProcessId
  call<N extends keyof Calls>(name: N, ...args: Parameters<Calls[N]>): Promise<ReturnType<Calls[N]>>
  /** Ends it by SIGKILL, and waits until it is gone. */
  kill(): Promise<void>
}

/** `below`: a program that starts the member, as a shell; it gets the command line of the member as its last arguments. */
export interface MemberOptions extends ForkOptions {
  readonly below?: readonly string[]
}

export async function startMember(test: TestContext, { below, ...options }: MemberOptions = {}): Promise<Member> {
  const [program, ...before] = below ?? []
  const how = program === undefined ? {} : { execPath: program, execArgv: [...before, process.execPath] }
  const child = fork(PROGRAM, { execArgv: [], ...options, ...how })
  const ended = once(child, 'exit')
  test.after(() => {
    // behind a shell it is not the child itself, and ends when the channel does
    if (child.connected) child.disconnect()
    child.kill('SIGKILL')
  })
  const call: Member['call'] = async (name, ...args) => {
    const answered = once(child, 'message')
    child.send({ name, args })
    const ending = ended.then(([code, signal]) => Promise.reject(new Error(`the member ended: ${code ?? signal}`)))
    const [answer] = (await Promise.race([answered, ending])) as [Answer]
    if ('error' in answer) throw new Error(answer.error)
    return answer.value as never
  }
  const id = await call('ownProcessId')
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  return { child, id, call, kill }
}

/** A run whose root is a process of its own. */
export async function startRun(
  test: TestContext,
  base: string,
  { service = 'shop', wireVersion = 1, ...options }: MemberOptions & { service?: string; wireVersion?: number } = {},
): Promise<{ readonly root: Member; readonly run: CreatedRun }> {
  const root = await startMember(test, options)
  const run = await root.call('startTree', { service, wireVersion, spoolDir: base })
  return { root, run }
}

/** A run whose root was killed. */
export async function deadRun(test: TestContext, base: string): Promise<CreatedRun> {
  const { root, run } = await startRun(test, base)
  await root.kill()
  return run
}

export function emptyDirectory(test: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-tree-'))
  test.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Skips a test where a command does not end well. */
export function hasTool(test: TestContext, [program = '', ...args]: readonly string[]): boolean {
  const { status } = spawnSync(program, args, { stdio: 'ignore' })
  if (status !== 0) test.skip(`needs ${[program, ...args].join(' ')}`)
  return status === 0
}

/** Skips a test that needs to be root. */
export function isRoot(test: TestContext): boolean {
  const isIt = process.geteuid?.() === 0
  if (!isIt) test.skip('only root can become another user')
  return isIt
}
