/** What one import cost the process that did it. */
export interface ImportSample {
  readonly wallMs: number
  /** All threads, user and system. */
  readonly cpuMs: number
  /** Growth of the resident set. */
  readonly rssMb: number
}

const [name = ''] = process.argv.slice(2)
const rss = process.memoryUsage.rss()
const cpu = process.cpuUsage()
const start = performance.now()
await import(name)
const wallMs = performance.now() - start
const used = process.cpuUsage(cpu)
const sample: ImportSample = {
  wallMs,
  cpuMs: (used.user + used.system) / 1000,
  rssMb: (process.memoryUsage.rss() - rss) / (1 << 20),
}
process.stdout.write(JSON.stringify(sample))
