import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { Worker } from 'node:worker_threads'
import { noteDeaths, takeDeath } from '../../dist/tree/deaths.js'
import { makePrivateDirectory } from '../../dist/tree/private-directory.js'
import { runPaths } from '../../dist/tree/run-paths.js'

const run = mkdtempSync(join(tmpdir(), 'holdfast-deaths-'))
makePrivateDirectory(runPaths(run).told)
const stop = noteDeaths(run, () => undefined)
after(() => {
  stop()
  rmSync(run, { recursive: true, force: true })
})

const FOR_EVER = 'setInterval(() => undefined, 1000)'

async function deathOfChild(end: (child: ChildProcess) => void, source = FOR_EVER): Promise<unknown> {
  const child = spawn(process.execPath, ['--eval', `process.send('up'); ${source}`], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  const exit = once(child, 'exit')
  await once(child, 'message')
  end(child)
  await exit
  return takeDeath(run, child.pid as number, 0)
}

async function deathOfThread(source: string, end: (worker: Worker) => void = () => undefined): Promise<unknown> {
  const worker = new Worker(`require('node:worker_threads').parentPort.postMessage('up'); ${source}`, { eval: true })
  const { threadId } = worker
  // `once` of an emitter rejects at its error
  const exit = new Promise((resolve) => worker.once('exit', resolve))
  worker.on('error', () => undefined)
  await once(worker, 'message')
  end(worker)
  await exit
  return takeDeath(run, process.pid, threadId)
}

describe('the death of a child', () => {
  it('was ordered when its parent has killed it', async () => {
    const { signal, isOrdered } = (await deathOfChild((child) => child.kill('SIGKILL'))) as never

    assert.deepEqual({ signal, isOrdered }, { signal: 'SIGKILL', isOrdered: true })
  })

  it('was ordered when somebody has told it to end', async () => {
    const { signal, isOrdered } = (await deathOfChild((child) => process.kill(child.pid as number, 'SIGTERM'))) as never

    assert.deepEqual({ signal, isOrdered }, { signal: 'SIGTERM', isOrdered: true })
  })

  it('was not ordered when somebody else has killed it, or it has ended with an error', async () => {
    const killed = (await deathOfChild((child) => process.kill(child.pid as number, 'SIGKILL'))) as { isOrdered: boolean }
    const failed = (await deathOfChild(() => undefined, 'process.exitCode = 3; process.disconnect()')) as { isOrdered: boolean }

    assert.deepEqual([killed.isOrdered, failed.isOrdered], [false, false])
  })
})

describe('the death of a thread', () => {
  it('was ordered when it was terminated', async () => {
    const { code, isOrdered } = (await deathOfThread(FOR_EVER, (worker) => void worker.terminate())) as never

    assert.deepEqual({ code, isOrdered }, { code: 1, isOrdered: true })
  })

  it('was not ordered when it threw', async () => {
    const { code, isOrdered } = (await deathOfThread('setImmediate(() => { throw new Error() })')) as never

    assert.deepEqual({ code, isOrdered }, { code: 1, isOrdered: false })
  })
})
