import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { NO_REGISTRY, type Outcome, type Project } from './project.js'

/** The project, or a skipped test where nothing could be installed. */
export function installed(test: TestContext, project: Project | undefined): Project | undefined {
  if (project === undefined) test.skip(NO_REGISTRY)
  return project
}

/** It ended well and, unless something else is expected, said nothing on stderr. */
export function assertDone(outcome: Outcome, stderr: RegExp = /^$/): Outcome {
  assert.equal(outcome.code, 0, `${outcome.stdout}${outcome.stderr}`)
  assert.match(outcome.stderr, stderr)
  return outcome
}

/** The last two events of the programs are in the file, whole. */
export function assertLogged(app: Project): void {
  const [first, second] = app.lines('logs/app.log').slice(-2)
  assert.equal(first?.['message'], 'started')
  assert.deepEqual(first?.['extra'], { chunk: 3 })
  assert.equal(second?.['message'], 'failed')
  assert.equal(Reflect.get(Object(second?.['context']), 'request_id'), 'req-18')
}

/** What the writer of `inspect` says, as the programs print it. */
export function writerOf({ stdout }: Outcome): { readonly mode: string; readonly handOff: string; readonly state: string } {
  return JSON.parse(stdout) as { readonly mode: string; readonly handOff: string; readonly state: string }
}
