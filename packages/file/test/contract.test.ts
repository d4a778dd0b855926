import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AdapterRecipe } from '@holdfast/api'
import { FileAdapter, type FileOptions, type FileTransport, fileAdapter, nodeTransport, resolveFileOptions } from '@holdfast/file'
import { describeAdapter, hasFirstWord } from '@holdfast/testkit'

/** The disk of a folder is full as long as this file is in it. */
const FULL = 'disk-is-full'

function mayBeFull(dir: string): FileTransport {
  const check = (): void => {
    if (existsSync(join(dir, FULL))) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  }
  return {
    ...nodeTransport,
    open(path, way, mode) {
      check()
      return nodeTransport.open(path, way, mode)
    },
    write(fd, bytes, offset, length) {
      check()
      return nodeTransport.write(fd, bytes, offset, length)
    },
  }
}

function recipeIn(dir: string, options: FileOptions): AdapterRecipe {
  const recipe = fileAdapter(options)
  return {
    ...recipe,
    create: (home) => new FileAdapter(resolveFileOptions(options), { transport: mayBeFull(dir), ...(home && { home }) }),
  }
}

function fill(dir: string): () => void {
  writeFileSync(join(dir, FULL), '')
  return () => rmSync(join(dir, FULL))
}

function linesIn(path: string): readonly string[] {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : []
}

const common = { breakIt: fill, factory: fileAdapter, badOptions: { format: 'xml', mode: -1, fsync: 'perhaps' } }

describeAdapter({
  ...common,
  name: 'file with a path',
  recipe: (dir) => recipeIn(dir, { path: join(dir, 'app.log') }),
  readBack: (dir) => linesIn(join(dir, 'app.log')),
})

describeAdapter({
  ...common,
  name: 'file that is synced',
  recipe: (dir) => recipeIn(dir, { path: join(dir, 'app.log'), fsync: 'always' }),
  readBack: (dir) => linesIn(join(dir, 'app.log')),
})

describeAdapter({
  ...common,
  name: 'file with text',
  recipe: (dir) => recipeIn(dir, { path: join(dir, 'app.log'), format: 'text' }),
  // what belongs to an entry besides its first line is indented
  readBack: (dir) => linesIn(join(dir, 'app.log')).filter((line) => !line.startsWith(' ')),
  matches: hasFirstWord,
})
