import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { writersEnd } from '../crash/outside/writer-processes.js'
import { PATIENCE_MS } from '../fixtures/patience.js'
import { ended, startScript, temporaryFolder } from '../fixtures/spawn.js'
import { applicationHead, upTo, writeConfig } from './application.js'
import { type Arrival, SINKS, settledArrivals } from './sinks.js'

const COUNT = 2000

/** Numbers in the order in which they came first; every number has one event id, however often it came. */
function firstArrivals(arrivals: readonly Arrival[]): readonly number[] {
  const ids = new Map<number, string>()
  for (const { n, eventId } of arrivals) {
    assert.equal(ids.get(n) ?? eventId, eventId, `two events with the number ${n}`)
    ids.set(n, eventId)
  }
  assert.equal(new Set(ids.values()).size, ids.size)
  return [...ids.keys()]
}

for (const [name, open] of Object.entries(SINKS)) {
  describe(`${name} under a writer`, () => {
    for (const worker of ['thread', 'process'] as const) {
      for (const [how, end] of [
        ['shuts down', 'await shutdown()'],
        ['calls exit() behind its last log call', 'process.exit(0)'],
      ] as const) {
        it(`has everything, in order and once, when the application ${how}: ${worker}`, async (test) => {
          const sink = await open(test)
          if (sink === undefined) return
          const config = writeConfig([sink], { worker, folder: temporaryFolder(test) })
          const source = `${applicationHead(config)}
            for (let n = 1; n <= ${COUNT}; n++) say(n)
            ${end}`

          const { code, stderr } = await ended(startScript(source))

          assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
          const arrivals = await settledArrivals(sink, COUNT)
          assert.deepEqual(
            arrivals.map(({ n }) => n),
            upTo(COUNT),
          )
        })
      }
    }

    it('lacks nothing when the application is killed right behind its last call: process', async (test) => {
      const sink = await open(test)
      if (sink === undefined) return
      const folder = temporaryFolder(test)
      const source = `${applicationHead(writeConfig([sink], { worker: 'process', folder }))}
        for (let n = 1; n <= ${COUNT}; n++) say(n)
        process.kill(process.pid, 'SIGKILL')`

      const { signal, stderr } = await ended(startScript(source))

      assert.deepEqual({ signal, stderr }, { signal: 'SIGKILL', stderr: '' })
      assert.ok(await writersEnd(join(folder, 'runs'), PATIENCE_MS))
      assert.deepEqual(firstArrivals(await settledArrivals(sink, COUNT)), upTo(COUNT))
    })

    it('lacks nothing when the writer is killed in mid-stream, and doubles are known by their event_id: process', async (test) => {
      const sink = await open(test)
      if (sink === undefined) return
      const folder = temporaryFolder(test)
      const more = 'diagnosticHook: (name) => name === "writer_restarted" && console.log(name),'
      const source = `${applicationHead(writeConfig([sink], { worker: 'process', folder, more }))}
        let killed = 0
        const killWriter = async () => {
          const at = () => runtime.inspect().writer
          while (at().state !== 'running' || at().pid === 0 || at().pid === killed) await turn()
          killed = at().pid
          process.kill(killed, 'SIGKILL')
        }
        for (let n = 1; n <= ${COUNT}; n++) {
          say(n)
          if (n % 250 === 0) await turn()
          if (n % 1000 === 600) await killWriter()
        }
        await shutdown()`

      const { code, stdout, stderr } = await ended(startScript(source))

      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
      assert.match(stdout, /writer_restarted/)
      const arrivals = await settledArrivals(sink, COUNT)
      test.diagnostic(`${arrivals.length - COUNT} doubles of ${COUNT} events`)
      assert.deepEqual(firstArrivals(arrivals), upTo(COUNT))
    })
  })
}
