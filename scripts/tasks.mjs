import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'
import { check } from './check.mjs'
import { install } from './install.mjs'
import { packAndShow } from './pack-table.mjs'
import { provisionPeers } from './peers.mjs'
import { runProgram } from './program.mjs'
import { StepFailed, step, tool } from './step.mjs'
import { testNodes } from './test-nodes.mjs'
import { runTests } from './test-run.mjs'

/** Each task gets the rest of the command line and answers with an exit code. */
const TASKS = {
  start: async (args) => {
    await prepare('docs/examples')
    return runProgram('docs/examples/.build/compress-pipeline.js', args)
  },
  test: async (args) => {
    const isBuilt = args.includes('--built')
    if (!isBuilt) {
      await prepare()
      await provisionPeers()
    }
    return runTests(args.filter((arg) => arg !== '--built'))
  },
  'test-packed': async (args) => {
    await prepare()
    await provisionPeers()
    process.env.HOLDFAST_TEST_PACKED = 'all'
    return runTests(['--time-limit', '400', ...args, 'test/packed/'])
  },
  'test-nodes': async (args) => {
    await prepare()
    return testNodes(args)
  },
  build: async () => {
    await prepare()
    return 0
  },
  check: async () => {
    await install()
    return check()
  },
  pack: async () => {
    await prepare()
    return packAndShow()
  },
  format: async () => {
    await install()
    await step('format', () => tool('@biomejs/biome', ['check', '--write', '.']))
    return 0
  },
  bench: async (args) => {
    await prepare('test')
    return runProgram('test/.build/bench/index.js', args)
  },
  'crash-matrix': async (args) => {
    await prepare('test')
    const isOffRoad = args.includes('--off-road')
    return runProgram(
      isOffRoad ? 'test/.build/crash/off-road/index.js' : 'test/.build/crash/index.js',
      args.filter((arg) => arg !== '--off-road'),
    )
  },
  soak: async (args) => {
    await prepare('test')
    return runProgram('test/.build/soak/index.js', args)
  },
}

/** Runs the task `name` in the root of the workspace and returns the exit code. */
export async function runTask(name, args) {
  const task = Object.hasOwn(TASKS, name ?? '') ? TASKS[name] : undefined
  if (task === undefined) {
    console.error(`Expected the task to be one of ${Object.keys(TASKS).join(', ')}, got \`${name}\`.`)
    return 1
  }
  process.chdir(fileURLToPath(new URL('..', import.meta.url)))
  try {
    return await task(args)
  } catch (error) {
    if (error instanceof StepFailed) return 1
    throw error
  }
}

async function prepare(project) {
  await install()
  await build(project)
}
