import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { type GraylogOptions, graylogAdapter } from '@holdfast/graylog'
import { makeRecord } from '@holdfast/testkit'
import { PATIENCE_MS } from '../../fixtures/patience.js'
import { temporaryFolder } from '../../fixtures/spawn.js'
import { hasTools } from '../../fixtures/tools.js'
import { canBuildGelfd, Gelfd } from './gelfd.js'

/** Records what goes to a port of this machine while `work` runs; answers with what tshark makes of it. */
async function captured(test: TestContext, port: number, work: () => Promise<void>): Promise<readonly string[]> {
  const file = join(temporaryFolder(test), 'gelf.pcapng')
  const tshark = spawn('tshark', ['-q', '-i', 'lo', '-f', `udp port ${port}`, '-w', file], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  test.after(() => tshark.kill('SIGKILL'))
  for await (const text of tshark.stderr) if (String(text).includes('Capturing on')) break
  // it says so some time before it does so
  await pause(1500)
  await work()
  await pause(1500)
  tshark.kill('SIGINT')
  await once(tshark, 'exit')
  const fields = ['frame.protocols', 'json.value.string', '_ws.malformed'].flatMap((field) => ['-e', field])
  const decode = ['-d', `udp.port==${port},gelf`, '-Y', 'gelf and json', '-T', 'fields', ...fields]
  const output = execFileSync('tshark', ['-r', file, ...decode], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return output.split('\n').slice(0, -1)
}

describe("tshark's dissector", () => {
  it('reads plain, compressed and chunked messages as GELF', { timeout: PATIENCE_MS }, async (test) => {
    if (!canBuildGelfd(test) || !hasTools(test, ['tshark', '--version'], ['dumpcap', '-D'])) return
    const gelfd = await Gelfd.start(test, '-udp', '127.0.0.1:0')
    const port = gelfd.port('udp')
    const filler = Array.from({ length: 1500 }, (_, index) => ((index + 1) * 0.618_033_988_7).toFixed(8)).join('')

    const packets = await captured(test, port, async () => {
      const ways: readonly Partial<GraylogOptions>[] = [{}, { compress: 'gzip' }, { compress: 'zlib' }, { compress: false }]
      for (const [index, way] of ways.entries()) {
        const adapter = graylogAdapter({ host: '127.0.0.1', port, protocol: 'udp', ...way }).create()
        const message = index === 0 ? 'way 0 in one datagram' : `way ${index} in chunks ${filler}`
        await adapter.write([makeRecord({ message })], AbortSignal.timeout(5000))
        await adapter.close?.()
      }
    })

    const [protocols, texts, malformed] = [0, 1, 2].map((column) => packets.map((packet) => packet.split('\t')[column]))
    assert.deepEqual(
      texts?.map((text) => /way \d/.exec(text ?? '')?.[0]),
      ['way 0', 'way 1', 'way 2', 'way 3'],
    )
    assert.ok(protocols?.every((protocol) => protocol?.includes('udp:gelf') && protocol.endsWith('json')))
    assert.deepEqual(malformed, ['', '', '', ''])
  })
})
