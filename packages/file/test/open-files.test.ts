import assert from 'node:assert/strict'
import { closeSync, fstatSync, openSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, it } from 'node:test'
import { findOpenFiles } from '../dist/open-files.js'
import { emptyDirectory } from './tools.js'

describe('files that a process has open', { skip: process.platform === 'linux' ? false : 'only Linux tells' }, () => {
  it('are found by name, as long as they are open', async (context) => {
    const path = join(emptyDirectory(context), 'app_12-00-00.log')
    const fd = openSync(path, 'a')
    const { dev, ino } = fstatSync(fd)

    const open = await findOpenFiles(new Set([basename(path)]))
    const others = await findOpenFiles(new Set(['app_13-00-00.log']))
    closeSync(fd)
    const closed = await findOpenFiles(new Set([basename(path)]))

    assert.deepEqual([open, others, closed], [new Set([`${dev}:${ino}`]), new Set(), new Set()])
  })
})
