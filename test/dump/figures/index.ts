/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// How long a dump takes, how much memory it needs at its peak, and how long a browser needs to open it. Each figure has a process of its own.
// node test/.build/dump/figures/index.js [events]
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Page } from 'puppeteer-core'
import { Chromium, NEEDS_CHROMIUM } from '../chromium.js'
import { sampleRecords } from '../sample-records.js'
import type { DumpFigure } from './one-dump.js'

const FORMATS = ['text', 'json', 'html_table', 'html_txt'] as const
const ROUNDS = 5
const count = Number(process.argv[2] ?? 25_000)
const child = fileURLToPath(new URL('one-dump.js', import.meta.url))

console.log(
  `${count} events, Node.js ${process.version}, best and median of ${ROUNDS}, written to a file unless said otherwise\n`,
)
console.log('| what | best ms | median ms | CPU ms | peak memory above the records, MiB | size, MiB |')
console.log('| --- | --- | --- | --- | --- | --- |')
for (const format of FORMATS) report(`\`${format}\``, [format, 'file'])
report('`text`, returned', ['text', 'string'])
report('`json` of the errors of one job', ['json', 'filtered'])

if (NEEDS_CHROMIUM === false) {
  const chromium = await Chromium.start()
  const records = sampleRecords(count)
  for (const format of ['html_table', 'html_txt'] as const) {
    const ready: number[] = []
    const searched: number[] = []
    for (let i = 0; i < ROUNDS; i++) {
      const { page, readyMs } = await chromium.open(records, { format })
      ready.push(readyMs)
      if (format === 'html_table') searched.push(await searchMs(page))
      await page.close()
    }
    console.log(`\nChromium opens \`${format}\`: ready after ${inOrder(ready)} ms`)
    if (searched.length > 0) console.log(`and has searched all of it after ${inOrder(searched)} ms`)
  }
  await chromium.stop()
}

/** The second search: the first may come before the texts are prepared. */
function searchMs(page: Page): Promise<number> {
  return page.evaluate(() => {
    const input = document.querySelector('input') as HTMLInputElement
    let ms = 0
    for (const words of ['first', 'uploaded tenant=acme']) {
      const started = performance.now()
      input.value = words
      input.dispatchEvent(new Event('input'))
      ms = performance.now() - started
    }
    return ms
  })
}

function inOrder(times: readonly number[]): string {
  return [...times]
    .sort((a, b) => a - b)
    .map((ms) => Math.round(ms))
    .join(', ')
}

function report(name: string, args: readonly string[]): void {
  const figures = Array.from({ length: ROUNDS }, () => measure(args)).sort((a, b) => a.ms - b.ms)
  const [best] = figures
  const median = figures[ROUNDS >> 1]
  const peak = Math.max(...figures.map(({ peakBytes }) => peakBytes))
  if (best === undefined || median === undefined) return
  const cells = [name, best.ms.toFixed(0), median.ms.toFixed(0), median.cpuMs.toFixed(0), mebibytes(peak), mebibytes(best.bytes)]
  console.log(`| ${cells.join(' | ')} |`)
}

function measure(args: readonly string[]): DumpFigure {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['--expose-gc', child, String(count), ...args], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout) as DumpFigure
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1)
}
