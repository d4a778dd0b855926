/**
 * A pipeline on real input: compresses every file under a folder, several at a time, and says what it does.
 *
 *   npm start -- [DIR]
 *
 * Look for: context bound per job and per file that never mixes although files overlap, a failing file with its cause, a secret that
 * is never written, and the delivery report at the end.
 */
import { createReadStream, createWriteStream, existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, join, relative, resolve } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { bind, consoleAdapter, fileAdapter, get, init, inspect, shutdown } from 'holdfast'
import { Progress } from './progress.js'
import { printReport } from './report-table.js'

const OWN_FOLDERS = ['packages', 'docs', 'test', 'scripts']
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.test', '.build', '.cache', 'logs'])
const LARGE_BYTES = 24 << 10

const input = process.argv[2]
const roots =
  input === undefined ? OWN_FOLDERS.filter((folder) => existsSync(folder)).map((folder) => resolve(folder)) : [resolve(input)]
const target = mkdtempSync(join(tmpdir(), 'holdfast-pipeline-'))
const progress = new Progress()

init({
  service: 'compress-pipeline',
  levels: { pipeline: 'debug' },
  adapters: [
    consoleAdapter({ stream: progress.stream, level: 'info' }),
    fileAdapter({ dir: 'logs', prefix: 'pipeline', latest: true }),
  ],
})
const log = get('pipeline')
const fileLog = get('pipeline.file')

await bind({ jobId: `compress-${process.pid}` }, runJob)
const path = String(inspect().lanes['file']?.health?.details?.['path'])
const report = await shutdown()
printReport(report, { path, lines: countLines(path) })
process.exitCode = Object.values(report.adapters).every(
  ({ dropped, pending }) => pending === 0 && Object.keys(dropped).length === 0,
)
  ? 0
  : 1

async function runJob(): Promise<void> {
  const files = (await Promise.all(roots.map(listFiles))).flat()
  // a file that is listed but gone when its turn comes, as happens on any busy disk
  files.push(join(roots[0] ?? '.', 'vanished-while-we-worked.bin'))
  const uploader = { bucket: 'backups', access_key: 'AKIAIOSFODNN7EXAMPLE', url: 'https://backup:hunter2@storage.example/in' }
  log.info('job started', { files: files.length, roots: roots.map(shorten), target, uploader })

  let saved = 0
  let failed = 0
  const queue = files.entries()
  const worker = async (): Promise<void> => {
    for (const [index, file] of queue) {
      const bytes = await bind({ requestId: `file-${index + 1}`, extra: { file: shorten(file) } }, () => compress(file))
      if (bytes === undefined) failed++
      else saved += bytes
      progress.update(index + 1, files.length)
    }
  }
  await Promise.all(Array.from({ length: 2 * availableParallelism() }, worker))
  progress.end()
  log.info('job finished', { files: files.length, failed, saved_bytes: saved })
}

/** Returns the bytes saved, or nothing when the file could not be compressed. */
async function compress(file: string): Promise<number | undefined> {
  fileLog.debug('reading')
  try {
    const { size } = await stat(file)
    const out = join(target, `${relative(process.cwd(), file).replaceAll(/[^\w.-]+/g, '_')}.gz`)
    await pipeline(createReadStream(file), createGzip(), createWriteStream(out))
    const compressed = (await stat(out)).size
    const ratio = size === 0 ? 1 : Number((compressed / size).toFixed(3))
    const fields = { bytes: size, compressed, ratio }
    if (compressed > size) fileLog.warning('grew instead of shrinking', fields)
    else if (size >= LARGE_BYTES) fileLog.info('compressed', fields)
    else fileLog.debug('compressed', fields)
    return size - compressed
  } catch (error) {
    fileLog.error('could not compress', new Error(`Cannot read ${basename(file)}`, { cause: error }))
    return undefined
  }
}

async function listFiles(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true })
  const found = await Promise.all(
    entries.map((entry) => {
      if (SKIPPED.has(entry.name)) return []
      const path = join(root, entry.name)
      if (entry.isDirectory()) return listFiles(path)
      return entry.isFile() ? [path] : []
    }),
  )
  return found.flat()
}

function shorten(path: string): string {
  return relative(process.cwd(), path) || path
}

/** Lines of a log file, each of which must be JSON. */
function countLines(path: string): number {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return lines.filter((line) => JSON.parse(line) !== null).length
}
