import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem, type } from 'node:os'

const TEST_MODULES = new URL('../../../node_modules/', import.meta.url)

/** What a figure depends on and a reader must know: Node, system, processor, what else the machine does. */
export function describeMachine(): string {
  const processors = cpus()
  const model = processors[0]?.model.trim() ?? 'unknown processor'
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const load = `load average ${(loadavg()[0] ?? Number.NaN).toFixed(1)} at the start`
  return `Node ${process.versions.node}, ${type()} ${release()} ${process.arch}, ${processors.length} × ${model}, ${memory}, ${load}`
}

/** `pino 10.4.0, winston 3.19.0` for the packages named, as installed. */
export function describePackages(names: readonly string[]): string {
  return names.map((name) => `${name} ${packageVersion(name)}`).join(', ')
}

function packageVersion(name: string): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL(`${name}/package.json`, TEST_MODULES), 'utf8'))
  return (manifest as { readonly version: string }).version
}
