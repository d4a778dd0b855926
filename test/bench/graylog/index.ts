/** How many events a second reach Graylog, and what each costs this process: `node test/.build/bench/graylog/index.js`. */
import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describeMachine, describePackages } from '../report/versions.js'
import type { Counts, Ports } from './receiver.js'
import { endToEnd, gelfPro, ownAdapter, type Subject } from './subjects.js'

const LAPS = 12
const WARM_UP_LAPS = 2

interface Sum {
  events: number
  cpuMs: number
  wallMs: number
}

const cache = fileURLToPath(new URL('../../../../.cache/', import.meta.url))
mkdirSync(cache, { recursive: true })
const folder = mkdtempSync(`${cache}bench-graylog-`)
const receiver = fork(fileURLToPath(new URL('receiver.js', import.meta.url)))
try {
  const tls = makeCertificate()
  const ports = await ask<Ports>(tls)
  console.log(`${describeMachine()}\n${describePackages(['gelf-pro'])}\n`)
  const common = { host: '127.0.0.1' }
  const secure = { ca: tls.cert, serverName: 'localhost' }
  await compare('TCP', [
    ownAdapter({ ...common, port: ports.tcp, protocol: 'tcp' }, 20_480),
    gelfPro('tcp', ports.tcp, 400, ''),
    endToEnd({ ...common, port: ports.tcp, protocol: 'tcp' }, 10_000, 'local', folder),
    endToEnd({ ...common, port: ports.tcp, protocol: 'tcp' }, 20_000, 'process', folder),
  ])
  await compare('TLS', [
    ownAdapter({ ...common, port: ports.tls, protocol: 'tls', tls: secure }, 20_480),
    gelfPro('tls', ports.tls, 100, tls.cert),
  ])
  await compare('UDP', [ownAdapter({ ...common, port: ports.udp, protocol: 'udp' }, 2048), gelfPro('udp', ports.udp, 400, '')])
} finally {
  receiver.kill()
  rmSync(folder, { recursive: true, force: true })
}

/** Lap by lap in turns, so that a noisy moment meets all of them alike; the last one of the list sees to its own end. */
async function compare(title: string, subjects: readonly Subject[]): Promise<void> {
  const sums = new Map<Subject, Sum>(subjects.map((subject) => [subject, { events: 0, cpuMs: 0, wallMs: 0 }]))
  const before = await ask<Counts>('count')
  for (let lap = 0; lap < WARM_UP_LAPS + LAPS; lap++) {
    for (const subject of lap % 2 === 0 ? subjects : subjects.toReversed()) {
      const elsewhereMs = subject.elsewhereMs?.() ?? 0
      const cpu = process.cpuUsage()
      const start = performance.now()
      await subject.send(subject.perLap)
      const { user, system } = process.cpuUsage(cpu)
      const sum = sums.get(subject)
      if (lap < WARM_UP_LAPS || sum === undefined) continue
      sum.events += subject.perLap
      sum.wallMs += performance.now() - start
      sum.cpuMs += (user + system) / 1000 + (subject.elsewhereMs?.() ?? 0) - elsewhereMs
    }
  }
  for (const subject of subjects) await subject.close()
  report(title, subjects, sums, countsBetween(before, await ask<Counts>('count')))
}

function report(title: string, subjects: readonly Subject[], sums: ReadonlyMap<Subject, Sum>, arrived: Counts): void {
  const sent = subjects.reduce((total, { perLap }) => total + perLap * (LAPS + WARM_UP_LAPS), 0)
  console.log(`${title}: ${sent} events sent, ${arrived.stream + arrived.udp} arrived`)
  const theirs = subjects.find(({ name }) => name.startsWith('gelf-pro'))
  for (const subject of subjects) {
    const own = figures(sums.get(subject))
    const other = figures(theirs && sums.get(theirs))
    const rate = `${Math.round(own.perSecond).toLocaleString('en')} events/s`
    const cpu = `${own.cpuUs.toFixed(1)} µs CPU per event`
    const ratio = `${(own.perSecond / other.perSecond).toFixed(1)} × the rate, ${(other.cpuUs / own.cpuUs).toFixed(1)} × less CPU`
    console.log(`  ${subject.name.padEnd(46)} ${rate.padStart(18)}  ${cpu.padStart(26)}  ${ratio}`)
  }
}

function figures(sum: Sum = { events: 0, cpuMs: 0, wallMs: 0 }): { readonly perSecond: number; readonly cpuUs: number } {
  return { perSecond: (sum.events / sum.wallMs) * 1000, cpuUs: (sum.cpuMs / sum.events) * 1000 }
}

function countsBetween(before: Counts, after: Counts): Counts {
  return { stream: after.stream - before.stream, udp: after.udp - before.udp }
}

async function ask<T>(message: string | object): Promise<T> {
  receiver.send(message)
  const [answer] = (await once(receiver, 'message')) as [T]
  return answer
}

function makeCertificate(): { readonly cert: string; readonly key: string } {
  const [cert, key] = [`${folder}/cert.pem`, `${folder}/key.pem`]
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' })
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}
