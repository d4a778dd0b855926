import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { answer, HOLDFAST } from './fixtures/spawn.js'

describe('childEnv', () => {
  it('sends the context that is current to a child, and to no child of that child', async () => {
    const child = `
      import { init, get, childEnv } from '${HOLDFAST}'
      const runtime = init({ adapters: [{ name: 'keep', write: (batch) => console.log(JSON.stringify(batch[0].event.context)) }] })
      get().info('hello')
      await runtime.shutdown()
      console.log(JSON.stringify(process.env.HOLDFAST_TREE_CONTEXT ?? null))`
    const found = await answer<{ readonly job: unknown; readonly left: unknown }>(`
      import { spawnSync } from 'node:child_process'
      import { init, bind, childEnv } from '${HOLDFAST}'
      init({ adapters: [] })
      bind({ jobId: 'b7' }, () => {
        const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...childEnv() }
        const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(child)}], { env })
        const [context, left] = String(stdout).trim().split('\\n').map((line) => JSON.parse(line))
        console.log(JSON.stringify({ job: context.job_id, left }))
      })`)

    assert.deepEqual(found, { job: 'b7', left: null })
  })
})
