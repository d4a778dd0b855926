import assert from 'node:assert/strict'
import fs, { readdirSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { formatHolder, lockPathOf } from '../../dist/claim/claim-record.js'
import { type ClaimOutcome, claimPath } from '../../dist/claim/path-claim.js'
import { ownProcessId } from '../../dist/tree/process-id.js'
import { emptyDirectory } from '../tree/members.js'

type Call = 'linkSync' | 'renameSync' | 'rmSync' | 'writeSync' | 'openSync'
type Way = 'before' | 'after' | 'twice' | 'short'

const NOTE = { owner: 'shop' }
const GONE = { ...ownProcessId(), startTime: 1 }

/** Runs while the calls of one kind fail with a code, before or after they were done, are done twice, or take one byte at a time. */
function whileBroken(call: Call, way: Way, code: string, run: () => void): void {
  const original = fs[call] as (...args: unknown[]) => unknown
  const fail = (): never => {
    throw Object.assign(new Error(code), { code })
  }
  const broken = (...args: unknown[]): unknown => {
    if (way === 'short') return original(args[0], args[1], args[2], 1, args[4])
    if (way === 'before') return fail()
    const result = original(...args)
    return way === 'after' ? fail() : (original(...args) ?? result)
  }
  put(call, broken)
  try {
    run()
  } finally {
    put(call, original)
  }
}

function put(call: Call, replacement: unknown): void {
  Object.assign(fs, { [call]: replacement })
  syncBuiltinESMExports()
}

/** A path that nobody holds, or whose holder is gone. */
function pathIn(test: TestContext, isLeft: boolean): string {
  const path = join(emptyDirectory(test), 'app.log')
  if (isLeft) writeFileSync(lockPathOf(path), formatHolder({ process: GONE, fd: 9, token: 'a1', owner: '', since: '' }))
  return path
}

describe('a claim on a file system that does not do what was asked, or says so', () => {
  const holds = [
    ['linkSync', 'before', 'EPERM', 'a file system without links'],
    ['linkSync', 'after', 'EIO', 'a link that was made and reported as failed'],
    ['linkSync', 'twice', '', 'a link that was made by an attempt of which nobody knew'],
    ['renameSync', 'after', 'EIO', 'a rename that was done and reported as failed'],
    ['rmSync', 'before', 'EACCES', 'names that cannot be removed'],
    ['writeSync', 'short', '', 'writes that take one byte'],
  ] as const
  for (const [call, way, code, what] of holds) {
    for (const isLeft of [false, true]) {
      it(`is held, by one, after ${isLeft ? 'a holder that is gone' : 'nobody'}: ${what}`, (test) => {
        const path = pathIn(test, isLeft)
        whileBroken(call, way, code, () => {
          const outcome = claimPath(path, NOTE)

          assert.ok('claim' in outcome, JSON.stringify(outcome))
          assert.equal(outcome.claim.isLost, false)
          assert.ok('holder' in claimPath(path, NOTE))
          outcome.claim.release()
          const again = claimPath(path, NOTE)
          assert.ok('claim' in again, JSON.stringify(again))
          again.claim.release()
        })
      })
    }
  }

  for (const [call, code, isLeft] of [
    ['linkSync', 'ENOSPC', false],
    ['renameSync', 'EIO', true],
    ['openSync', 'EMFILE', false],
    ['writeSync', 'ENOSPC', false],
  ] as const) {
    it(`is not made when ${call} fails with ${code}, and leaves nothing that anybody would take for one`, (test) => {
      const path = pathIn(test, isLeft)

      let outcome: ClaimOutcome | undefined
      whileBroken(call, 'before', code, () => {
        outcome = claimPath(path, NOTE)
      })

      assert.equal(outcome !== undefined && 'error' in outcome && (outcome.error as NodeJS.ErrnoException).code, code)
      assert.deepEqual(readdirSync(join(path, '..')), isLeft ? ['.app.log.writer'] : [])
      const again = claimPath(path, NOTE)
      assert.ok('claim' in again)
      again.claim.release()
    })
  }
})
