import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, it } from 'node:test'
import { cleanEnv, ended, temporaryFolder } from './fixtures/spawn.js'

const ROOT = join(import.meta.dirname, '../..')

describe('npm start', () => {
  it('compresses a folder, survives a file that fails, hides a secret, and loses nothing', async (test) => {
    const cwd = temporaryFolder(test)
    const pipeline = join(ROOT, 'docs/examples/.build/compress-pipeline.js')

    const { code, stdout, stderr } = await ended(
      spawn(process.execPath, [pipeline, join(ROOT, 'packages/api')], { cwd, env: cleanEnv() }),
    )

    assert.equal(code, 0, stderr)
    assert.match(stdout, /\b0 lost\b/)
    assert.match(stderr, /ENOENT/)
    assert.doesNotMatch(stdout + stderr, /hunter2|AKIAIOSFODNN7EXAMPLE/)
    const path = /(\S+\.log): (\d+) lines/.exec(stdout)
    const text = readFileSync(resolve(cwd, path?.[1] ?? ''), 'utf8')
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { message: string; context: { request_id?: string; extra?: { file?: string } } })
    assert.doesNotMatch(text, /hunter2|AKIAIOSFODNN7EXAMPLE/)
    assert.equal(events.length, Number(path?.[2]))
    // each file's events carry its own context, although files are worked on side by side
    const files = new Map<string, string>()
    for (const { context } of events) {
      const { request_id: id, extra } = context
      if (id === undefined) continue
      assert.equal(files.get(id) ?? extra?.file, extra?.file)
      files.set(id, extra?.file ?? '')
    }
    assert.ok(files.size > 5)
  })
})
