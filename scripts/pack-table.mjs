import { join, resolve } from 'node:path'
import { packChecked } from './check-packages.mjs'
import { ARCHIVES } from './pack.mjs'
import { readJson } from './projects.mjs'
import { step } from './step.mjs'

/** Makes the archives of all packages, as they are published; prints how large they are, and how to install the front door from them. Returns the exit code. */
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
  const needed = withDependencies('holdfast', archives)
  process.stdout.write(
    `\nThe front door, in another project:\n\nnpm install ${needed.map((it) => resolve(it.archive)).join(' ')}\n`,
  )
  return 0
}

/** A package and those of ours that it depends on, which no registry has: npm has to be given all of them. */
function withDependencies(name, archives, found = new Set()) {
  const archive = archives.find((it) => it.name === name)
  if (archive === undefined || found.has(archive)) return [...found]
  found.add(archive)
  for (const other of Object.keys(readJson(join(archive.stage, 'package.json')).dependencies ?? {}))
    withDependencies(other, archives, found)
  return [...found]
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
