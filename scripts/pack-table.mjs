import { packChecked } from './check-packages.mjs'
import { ARCHIVES } from './pack.mjs'
import { step } from './step.mjs'

/** Makes the archives of all packages, as they are published, and prints how large they are. Returns the exit code. */
export async function packAndShow() {
  let archives = []
  await step('pack', async () => {
    archives = await packChecked(ARCHIVES)
    return `${archives.length} packages in ${ARCHIVES}`
  })
  const rows = archives.map((it) => [
    `${it.name}@${it.version}`,
    String(it.files),
    ...[it.archiveBytes, it.unpackedBytes, it.scriptBytes, it.gzipBytes].map(kilobytes),
  ])
  process.stdout.write(table(['package', 'files', 'archive', 'unpacked', 'scripts', 'min+gzip'], rows))
  return 0
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`
}

function table(head, rows) {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column].length)))
  const line = (row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ')
  return `\n${[head, ...rows].map(line).join('\n')}\n`
}
