import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/**
 * Skips the test with the reason when something of the machine is missing; fails it when `HOLDFAST_REQUIRE_PEERS` is set.
 * True when the test must end.
 */
export function lacks(context: TestContext, reason: string | undefined): boolean {
  if (reason === undefined) return false
  if (process.env['HOLDFAST_REQUIRE_PEERS'] === '1') throw new Error(`${reason}, and HOLDFAST_REQUIRE_PEERS is set`)
  context.skip(reason)
  return true
}

/** Why a command cannot be used here; `undefined` when it can. */
export function missing(command: string, ...args: readonly string[]): string | undefined {
  const { error, status, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (error !== undefined) return `${command} is not installed`
  return status === 0 ? undefined : `${command} cannot be used here: ${stderr.trim().split('\n').at(-1)}`
}

/** An empty directory that goes away with the test. */
export function emptyDirectory(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-file-'))
  context.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}
