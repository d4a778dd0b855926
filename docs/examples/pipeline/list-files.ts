import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { JobFile } from './batch.js'

const OWN_FOLDERS = ['packages', 'docs', 'test', 'scripts']
const SKIPPED = new Set(['node_modules', 'dist', '.git', '.test', '.build', '.cache', 'logs'])

/** Every file below a folder; without one, those of this repository. One more is not there, as happens on a busy disk. */
export async function listFiles(folder: string | undefined): Promise<readonly JobFile[]> {
  const roots = folder === undefined ? OWN_FOLDERS.filter((own) => existsSync(own)) : [folder]
  const paths = (await Promise.all(roots.map((root) => listBelow(resolve(root))))).flat()
  const vanished = join(resolve(roots[0] ?? '.'), 'vanished-while-we-worked.bin')
  return [...paths, vanished].map((path, i) => ({ index: i + 1, path }))
}

async function listBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true })
  const found = await Promise.all(
    entries.map((entry) => {
      if (SKIPPED.has(entry.name)) return []
      const path = join(root, entry.name)
      if (entry.isDirectory()) return listBelow(path)
      return entry.isFile() ? [path] : []
    }),
  )
  return found.flat()
}
