import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, it } from 'node:test'
import { install } from './fixtures/installation.js'
import { cleanEnv, type Ended, ended, temporaryFolder } from './fixtures/spawn.js'

const ROOT = join(import.meta.dirname, '../..')
const EXAMPLES = join(ROOT, 'docs/examples/.build')
const INPUT = join(ROOT, 'packages/api/src')
const SECRETS = /hunter2|AKIAIOSFODNN7EXAMPLE/

interface Line {
  readonly message: string
  readonly context: {
    readonly process_id: number
    readonly job_id?: string
    readonly request_id?: string
    readonly extra?: { readonly file?: string }
  }
  readonly extra?: { readonly pid?: number; readonly exit?: string }
  readonly error?: { readonly stack: string; readonly cause: { readonly message: string } }
}

function start(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}, examples = EXAMPLES): Promise<Ended> {
  const state = { XDG_STATE_HOME: join(cwd, 'state') }
  return ended(
    spawn(process.execPath, [join(examples, 'compress-pipeline.js'), ...args], { cwd, env: cleanEnv({ ...state, ...env }) }),
  )
}

/** The log file that the report names. */
function logOf(cwd: string, stdout: string): string {
  const path = /^ {2}(logs\S+\.log)$/m.exec(stdout)?.[1] ?? assert.fail(`Expected the path of a log file in: ${stdout}`)
  return readFileSync(resolve(cwd, path), 'utf8')
}

/** What is in the row of a table that begins with these words. */
function rowOf(stdout: string, title: string): { readonly calls: number; readonly written: number; readonly lost: number } {
  const row = stdout.split('\n').find((line) => line.startsWith(`  ${title}`)) ?? assert.fail(`No row ${title} in: ${stdout}`)
  const [calls = -1, written = -1, lost = -1] = row.trim().split(/\s+/).slice(-3).map(Number)
  return { calls, written, lost }
}

describe('npm start', () => {
  it('shows that no call of any process is lost when a worker is killed, and what others lose', async (test) => {
    const cwd = temporaryFolder(test)

    const { code, stdout, stderr } = await start(cwd, [INPUT])

    assert.equal(code, 0, stderr)
    const { calls, written, lost } = rowOf(stdout, 'all')
    assert.ok(calls > 20)
    assert.deepEqual([written, lost], [calls, 0])
    assert.ok(rowOf(stdout, "Holdfast, worker: 'process'").lost === 0)
    assert.ok(rowOf(stdout, 'pino, sync destination').lost === 0)
    assert.ok(rowOf(stdout, 'pino.transport').lost > 0)
    assert.ok(rowOf(stdout, 'winston').lost > 0)
    assert.ok(
      stdout.split('\n').every((line) => line.length <= 80 || line.includes('/')),
      stdout,
    )
  })

  it('logs from all processes into one file, with the context of job and file, the error of one, and no secret', async (test) => {
    const cwd = temporaryFolder(test)

    const { code, stdout, stderr } = await start(cwd, [INPUT, '--logger', 'holdfast'])

    assert.equal(code, 0, stderr)
    const text = logOf(cwd, stdout)
    assert.doesNotMatch(stdout + stderr + text, SECRETS)
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)
    const ofFiles = lines.filter(({ context }) => context.request_id !== undefined)
    assert.ok(new Set(ofFiles.map(({ context }) => context.process_id)).size > 1)
    assert.equal(new Set(ofFiles.map(({ context }) => context.job_id)).size, 1)
    assert.match(ofFiles[0]?.context.job_id ?? '', /^job-\d+$/)
    // an event carries the file that it is about, whichever worker wrote it
    const files = new Map(ofFiles.map(({ context }) => [context.request_id, context.extra?.file]))
    assert.ok(ofFiles.every(({ context }) => files.get(context.request_id) === context.extra?.file))
    const failed = lines.find(({ error }) => error !== undefined)?.error
    assert.match(failed?.stack ?? '', /at compress /)
    assert.match(failed?.cause.message ?? '', /^ENOENT/)
    assert.match(stdout, /caused by\n +Error: ENOENT/)
    // the killed worker wrote, too, and the log says how it ended
    const gone = lines.find(({ message }) => message.endsWith('is gone'))?.extra
    assert.equal(gone?.exit, 'SIGKILL')
    assert.ok(ofFiles.some(({ context }) => context.process_id === gone?.pid))
    assert.match(stdout, /ERROR holdfast {2}process \d+ is gone/)
  })

  it('loses nothing where no file can be mapped, either', async (test) => {
    const cwd = temporaryFolder(test)

    const { code, stdout, stderr } = await start(cwd, [INPUT, '--logger', 'holdfast'], { HOLDFAST_TREE_HANDOFF: 'spool' })

    assert.equal(code, 0, stderr)
    assert.match(stdout, /hand-off spool/)
    assert.equal(rowOf(stdout, 'all').lost, 0)
  })

  it('leaves out loggers that are not installed', async (test) => {
    const cwd = temporaryFolder(test)
    install(cwd)
    cpSync(EXAMPLES, join(cwd, 'examples'), { recursive: true })

    const { code, stdout, stderr } = await start(cwd, [INPUT], {}, join(cwd, 'examples'))

    assert.equal(code, 0, stderr)
    assert.equal(rowOf(stdout, "Holdfast, worker: 'process'").lost, 0)
    for (const name of ['pino', 'winston']) assert.match(stdout, new RegExp(`skipped, ${name} is not installed`))
  })

  it('says what is wrong with its arguments', async (test) => {
    const cwd = temporaryFolder(test)

    const folder = await start(cwd, ['nowhere'])
    const logger = await start(cwd, [INPUT, '--logger', 'bunyan'])

    assert.deepEqual([folder.code, logger.code], [1, 1])
    assert.match(folder.stderr, /Expected a folder, got `nowhere`/)
    assert.match(logger.stdout, /Expected --logger to be one of .*, got `bunyan`/)
  })
})
